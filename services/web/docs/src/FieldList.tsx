import { describeType, resolve, type Schema, type SchemaMap } from "./openapi";

interface Field {
  name: string;
  required: boolean;
  schema: Schema;
}

export function FieldList({ fields, schemas }: { fields: Field[]; schemas: SchemaMap }) {
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
            <span class="type">{describeType(schema, schemas)}</span>
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
