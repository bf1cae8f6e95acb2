import { expect, test } from "vitest";
import { exampleOf, namedTypes, operationsOf, type Schemas, typeOf } from "../src/document";
import { urlOf } from "../src/request";

const schemas: Schemas = {
  Kind: { type: "string", enum: ["event", "click"] },
  Site: {
    type: "object",
    required: ["name", "kinds"],
    properties: {
      name: { type: "string" },
      kinds: { type: "array", items: { $ref: "#/components/schemas/Kind" } },
      parent: { anyOf: [{ $ref: "#/components/schemas/Site" }, { type: "null" }] },
    },
  },
};
const SITE = { $ref: "#/components/schemas/Site" };
const operation = {
  method: "GET",
  path: "/sites/{name}",
  tags: ["sites"],
  operationId: "sites.get",
  summary: "Get",
  security: [],
  responses: {},
  parameters: [
    { name: "name", in: "path" as const, required: true, schema: {} },
    { name: "page", in: "query" as const, required: false, schema: {} },
    { name: "sort", in: "query" as const, required: false, schema: {} },
  ],
};

test("an example has what is required, also of types that hold themselves", () => {
  expect(exampleOf(SITE, schemas)).toEqual({ name: "", kinds: ["event"] });
  expect(namedTypes(SITE, schemas)).toEqual(["Site"]);
});

test("types are told in words", () => {
  expect(typeOf(schemas.Site!.properties!.kinds!, schemas)).toBe('array of "event" | "click"');
  expect(typeOf(schemas.Site!.properties!.parent!, schemas)).toBe("Site or null");
});

test("operations are found by their tag, with method and path", () => {
  const { method: _, path: __, ...own } = operation;
  const api = {
    info: { title: "", version: "", description: "" },
    tags: [],
    components: { schemas },
    paths: { "/sites/{name}": { get: own, delete: { ...own, tags: ["other"] } } },
  };
  expect(operationsOf(api, "sites").map(({ method, path }) => [method, path])).toEqual([["GET", "/sites/{name}"]]);
});

test("an address has its values encoded, and no empty parameters", () => {
  expect(urlOf(operation, { name: "a/b c", page: "2&3" })).toBe("/sites/a%2Fb%20c?page=2%263");
});
