import { resolve, type Schema, type Schemas, typeOf } from "./document";

interface Field {
  name: string;
  required: boolean;
  schema: Schema;
}

export function Fields({ fields, schemas }: { fields: Field[]; schemas: Schemas }) {
  return (
    <dl class="fields">
      {fields.map(({ name, required, schema }) => (
        <div key={name}>
          <dt>
            <code>{name}</code>
            {required && (
              <span class="error" title="required">
                {" "}
                *
              </span>
            )}
          </dt>
          <dd>
            <span class="type">{typeOf(schema, schemas)}</span>
            {schema.default !== undefined && schema.default !== null && (
              <span class="hint"> default {JSON.stringify(schema.default)}</span>
            )}
            <p class="hint">{(schema.description ?? resolve(schema, schemas).description)?.replace(/`+/g, "")}</p>
          </dd>
        </div>
      ))}
    </dl>
  );
}
