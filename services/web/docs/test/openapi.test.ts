import { expect, test } from "vitest";
import { describeType, exampleBody, operationsOf, referencedTypes, type SchemaMap } from "../src/openapi";
import { buildUrl } from "../src/request";

const schemas: SchemaMap = {
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

test("an example has the required fields, also of recursive types", () => {
  expect(exampleBody(SITE, schemas)).toEqual({ name: "", kinds: ["event"] });
  expect(referencedTypes(SITE, schemas)).toEqual(["Site"]);
});

test("types are described in words", () => {
  expect(describeType(schemas.Site!.properties!.kinds!, schemas)).toBe('array of "event" | "click"');
  expect(describeType(schemas.Site!.properties!.parent!, schemas)).toBe("Site or null");
});

test("operations are found by tag, with method and path", () => {
  const { method: _, path: __, ...own } = operation;
  const api = {
    info: { title: "", version: "", description: "" },
    tags: [],
    components: { schemas },
    paths: { "/sites/{name}": { get: own, delete: { ...own, tags: ["other"] } } },
  };
  expect(operationsOf(api, "sites").map(({ method, path }) => [method, path])).toEqual([["GET", "/sites/{name}"]]);
});

test("a URL has encoded values and no empty parameters", () => {
  expect(buildUrl(operation, { name: "a/b c", page: "2&3" })).toBe("/sites/a%2Fb%20c?page=2%263");
});
