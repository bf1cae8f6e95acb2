import { useState } from "preact/hooks";
import { bodySchema, exampleBody, type Operation, type SchemaMap } from "./openapi";
import { type ApiResponse, buildUrl, sendRequest } from "./request";

interface Props {
  operation: Operation;
  schemas: SchemaMap;
  token: string;
}

/** A form that sends the request to the API. */
export function RequestForm({ operation, schemas, token }: Props) {
  const schema = bodySchema(operation.requestBody);
  const [body, setBody] = useState(schema ? JSON.stringify(exampleBody(schema, schemas), null, 2) : "");
  const [values, setValues] = useState<Record<string, string>>({});
  const [response, setResponse] = useState<ApiResponse>();

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    setResponse(await sendRequest(operation.method, buildUrl(operation, values), token, body));
  }

  return (
    <form class="try" onSubmit={submit}>
      <h3>Try it</h3>
      {operation.parameters?.map(({ name, required }) => (
        <label key={name}>
          <code>{name}</code>
          <input
            class="input"
            required={required}
            value={values[name] ?? ""}
            onInput={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
          />
        </label>
      ))}
      {schema && (
        <label>
          Body
          <textarea
            class="input"
            rows={Math.min(14, body.split("\n").length + 1)}
            spellcheck={false}
            value={body}
            onInput={(event) => setBody(event.currentTarget.value)}
          />
        </label>
      )}
      <button type="submit" class="button">
        Send
      </button>
      {response && (
        <output>
          <p class={response.status >= 200 && response.status < 400 ? "good" : "error"}>
            {response.status || "No response"} <span class="hint">in {response.milliseconds} ms</span>
          </p>
          {response.text && <pre>{response.text}</pre>}
        </output>
      )}
    </form>
  );
}
