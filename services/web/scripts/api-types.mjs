// Generates the dashboard's API types from the OpenAPI document on standard input.
// With --check it writes nothing and fails when the committed file differs.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import openapiTypescript, { astToString } from "openapi-typescript";

const OUTPUT = join(import.meta.dirname, "../dashboard/src/api/schema.ts");
const HEADER = "// Generated from the API's OpenAPI document by `make api-types`. Do not edit.\n\n";
const PROSE = ["description", "title", "default"];
const MAPS = ["properties", "schemas"];

/** Drops the texts of a schema, so that the generated file changes only when a type does. */
function withoutProse(node, isMap = false) {
  if (Array.isArray(node)) return node.map((each) => withoutProse(each));
  if (node === null || typeof node !== "object") return node;
  // The keys of a map are names of fields and types, not keywords.
  const entries = Object.entries(node).filter(([key]) => isMap || !PROSE.includes(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutProse(value, !isMap && MAPS.includes(key))]));
}

const { openapi, info, components } = JSON.parse(await text(process.stdin));
const document = { openapi, info, paths: {}, components: withoutProse({ schemas: components.schemas }) };
const nodes = await openapiTypescript(document, { alphabetize: true, exportType: true, enumValues: true });
const types = HEADER + astToString(nodes);

if (!process.argv.includes("--check")) await writeFile(OUTPUT, types);
else if ((await readFile(OUTPUT, "utf8").catch(() => "")) !== types) {
  console.error("dashboard/src/api/schema.ts differs from the API. Run `make api-types` and commit the result.");
  process.exit(1);
}
