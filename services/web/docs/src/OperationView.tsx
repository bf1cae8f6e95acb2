import { useState } from "preact/hooks";
import { FieldList } from "./FieldList";
import { Markdown } from "./Markdown";
import {
  bodySchema,
  describeType,
  type Operation,
  referencedTypes,
  resolve,
  type Schema,
  type SchemaMap,
} from "./openapi";
import { RequestForm } from "./RequestForm";

interface Props {
  operation: Operation;
  schemas: SchemaMap;
  token: string;
}

export function OperationView({ operation, schemas, token }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <details class="card operation" id={operation.operationId} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <b class={`method ${operation.method.toLowerCase()}`}>{operation.method}</b> <code>{operation.path}</code>{" "}
        <span class="hint">{operation.summary}</span>
      </summary>
      {open && <OperationDetails operation={operation} schemas={schemas} token={token} />}
    </details>
  );
}

function OperationDetails({ operation, schemas, token }: Props) {
  const body = bodySchema(operation.requestBody);
  const parameters = operation.parameters ?? [];
  return (
    <>
      {operation.description && <Markdown text={operation.description} />}
      <p class="hint">{callersOf(operation)}</p>
      {parameters.length > 0 && (
        <>
          <h3>Parameters</h3>
          <FieldList fields={parameters} schemas={schemas} />
        </>
      )}
      {body && (
        <>
          <h3>Body{operation.requestBody?.required ? "" : " (optional)"}</h3>
          <SchemaTables schema={body} schemas={schemas} />
        </>
      )}
      <h3>Responses</h3>
      {Object.entries(operation.responses).map(([status, response]) => (
        <details key={status} class="answer">
          <summary>
            <b class={status < "400" ? "good" : "error"}>{status}</b> {firstLine(response.description)}
          </summary>
          {status >= "400" && <Markdown text={response.description} />}
          <SchemaTables schema={bodySchema(response)} schemas={schemas} />
        </details>
      ))}
      <RequestForm operation={operation} schemas={schemas} token={token} />
    </>
  );
}

function SchemaTables({ schema, schemas }: { schema: Schema | undefined; schemas: SchemaMap }) {
  if (!schema) return <p class="hint">No body.</p>;
  return (
    <>
      {schema.$ref ? null : <code>{describeType(schema, schemas)}</code>}
      {referencedTypes(schema, schemas).map((name) => {
        const type = resolve({ $ref: `#/${name}` }, schemas);
        const fields = Object.entries(type.properties ?? {}).map(([field, own]) => ({
          name: field,
          required: type.required?.includes(field) ?? false,
          schema: own,
        }));
        return (
          <figure key={name}>
            <figcaption>
              <code>{name}</code> <span class="hint">{type.description}</span>
            </figcaption>
            <FieldList fields={fields} schemas={schemas} />
          </figure>
        );
      })}
    </>
  );
}

/** Describes the authentication that an operation requires. */
function callersOf({ security }: Operation): string {
  if (security.length === 0) return "No authentication required.";
  const ways = security.map((way) =>
    Object.entries(way)
      .map(([scheme, scopes]) => ({ login: "a login", share: "a share link", key: `an API key (${scopes})` })[scheme])
      .join(),
  );
  return `Requires ${ways.filter(Boolean).join(" or ")}${ways.includes("") ? "; public sites require none" : ""}.`;
}

function firstLine(description: string): string {
  return description
    .split("\n")
    .map((line) => line.replace(/^- `(.*?)`.*/, "$1"))
    .join(", ");
}
