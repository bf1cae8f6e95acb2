/** The parts of OpenAPI 3.1 that the API's document uses. */

export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  items?: Schema;
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  additionalProperties?: boolean | Schema;
  minimum?: number;
  pattern?: string;
}

export interface Parameter {
  name: string;
  in: "path" | "query";
  required: boolean;
  schema: Schema;
}

interface Content {
  content?: Record<string, { schema?: Schema }>;
}

export interface Operation {
  method: string;
  path: string;
  tags: string[];
  operationId: string;
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: Content & { required: boolean };
  responses: Record<string, Content & { description: string }>;
}

export interface OpenApi {
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Omit<Operation, "method" | "path">>>;
  components: { schemas: Record<string, Schema> };
}

export type SchemaMap = Record<string, Schema>;

/** Headings of the tags whose names do not make one by themselves. */
const TITLES: Record<string, string> = {
  "export-import": "Export and import",
  compat: "Compatible API",
  description: "OpenAPI document",
};

/** Returns the name of a tag as a heading. */
export function tagTitle(tag: string): string {
  return TITLES[tag] ?? (tag.charAt(0).toUpperCase() + tag.slice(1)).replace("-", " ");
}

/** Returns the operations of a tag in the document's order. */
export function operationsOf(api: OpenApi, tag: string): Operation[] {
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

export function bodySchema(part: Content | undefined): Schema | undefined {
  return part?.content && Object.values(part.content)[0]?.schema;
}

export function resolve(schema: Schema, schemas: SchemaMap): Schema {
  if (!schema.$ref) return schema;
  const { $ref, ...own } = schema;
  return { ...schemas[$ref.slice($ref.lastIndexOf("/") + 1)], ...own };
}

/** Describes a type, for example `array of string or null`. */
export function describeType(schema: Schema, schemas: SchemaMap): string {
  if (schema.$ref) {
    const target = resolve(schema, schemas);
    return target.enum ? describeType(target, schemas) : schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  }
  if (schema.anyOf) return schema.anyOf.map((each) => describeType(each, schemas)).join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") return `array of ${schema.items ? describeType(schema.items, schemas) : "anything"}`;
  return [schema.type ?? "anything", schema.format && `(${schema.format})`].filter(Boolean).join(" ");
}

/** Returns the names of all types that a type consists of, its own first. */
export function referencedTypes(schema: Schema | undefined, schemas: SchemaMap, found: string[] = []): string[] {
  if (!schema) return found;
  if (schema.$ref) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
    const target = schemas[name];
    if (found.includes(name) || !target?.properties) return found;
    found.push(name);
    return referencedTypes(target, schemas, found);
  }
  const parts = [...(schema.anyOf ?? []), ...Object.values(schema.properties ?? {}), schema.items];
  for (const part of parts) referencedTypes(part, schemas, found);
  return found;
}

/** Returns an example body with the required fields. */
export function exampleBody(schema: Schema, schemas: SchemaMap, depth = 0): unknown {
  const whole = resolve(schema, schemas);
  if (whole.default !== undefined) return whole.default;
  if (whole.const !== undefined) return whole.const;
  if (whole.enum) return whole.enum[0];
  if (whole.anyOf) return whole.anyOf[0] && exampleBody(whole.anyOf[0], schemas, depth);
  if (whole.type === "array") return whole.items && depth < 4 ? [exampleBody(whole.items, schemas, depth + 1)] : [];
  if (whole.type === "integer" || whole.type === "number") return whole.minimum ?? 0;
  if (whole.type === "boolean") return false;
  if (whole.type === "string") return "";
  const required = new Set(whole.required ?? Object.keys(whole.properties ?? {}));
  const fields = Object.entries(whole.properties ?? {}).filter(([name]) => required.has(name));
  return Object.fromEntries(fields.map(([name, field]) => [name, exampleBody(field, schemas, depth + 1)]));
}
