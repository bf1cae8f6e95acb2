import { useState } from "preact/hooks";
import { exampleOf, type Operation, type Schemas, schemaIn } from "./document";
import { type Answer, send, urlOf } from "./request";

interface Props {
  operation: Operation;
  schemas: Schemas;
  token: string;
}

/** Sends the request for real. */
export function Try({ operation, schemas, token }: Props) {
  const schema = schemaIn(operation.requestBody);
  const [body, setBody] = useState(schema ? JSON.stringify(exampleOf(schema, schemas), null, 2) : "");
  const [values, setValues] = useState<Record<string, string>>({});
  const [answer, setAnswer] = useState<Answer>();

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    setAnswer(await send(operation.method, urlOf(operation, values), token, body));
  }

  return (
    <form class="try" onSubmit={submit}>
      <h3>Try it</h3>
      {operation.parameters?.map(({ name, required }) => (
        <label key={name}>
          <code>{name}</code>
          <input
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
            rows={Math.min(14, body.split("\n").length + 1)}
            spellcheck={false}
            value={body}
            onInput={(event) => setBody(event.currentTarget.value)}
          />
        </label>
      )}
      <button type="submit">Send</button>
      {answer && (
        <output>
          <p class={answer.status >= 200 && answer.status < 400 ? "good" : "error"}>
            {answer.status || "No response"} <span class="hint">in {answer.milliseconds} ms</span>
          </p>
          {answer.text && <pre>{answer.text}</pre>}
        </output>
      )}
    </form>
  );
}
