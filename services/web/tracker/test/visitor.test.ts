import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { visitor } from "../src/visitor";
import { stubBlobNames } from "./blobs";

const written: string[] = [];
let jar = "";

/** A cookie jar that takes what `kept` lets through; the DOM's own hides the attributes. */
const cookies = (kept: (line: string) => boolean) =>
  Object.defineProperty(document, "cookie", {
    configurable: true,
    get: () => jar,
    set: (line: string) => {
      written.push(line);
      if (kept(line)) jar = line.split(";")[0]!;
    },
  });

beforeEach(() => {
  stubBlobNames();
  jar = "";
  written.length = 0;
  cookies(() => true);
});
afterEach(() => vi.unstubAllGlobals());

test("a new visitor gets 32 random hex characters for 13 months", () => {
  const value = visitor();
  expect(value).toMatch(/^[0-9a-f]{32}$/);
  expect(written).toEqual([`_uv=${value};max-age=34214400;path=/;samesite=lax`]);
});

test("two visitors differ", () => {
  const first = visitor();
  jar = "";
  expect(visitor()).not.toBe(first);
});

test("a known visitor keeps value and expiry", () => {
  jar = "theme=dark; _uv=0123456789abcdef0123456789abcdef; other=1";
  expect(visitor()).toBe("0123456789abcdef0123456789abcdef");
  expect(written).toEqual([]);
});

test("another cookie whose name ends alike is not taken", () => {
  jar = "my_uv=0123456789abcdef0123456789abcdef";
  expect(visitor()).not.toBe("0123456789abcdef0123456789abcdef");
});

test("on https the cookie is secure", () => {
  vi.stubGlobal("location", { href: "https://example.com/" });
  visitor();
  expect(written[0]).toMatch(/;secure$/);
});

test("a browser that keeps no cookie has no visitor value", () => {
  cookies(() => false);
  expect(visitor()).toBeUndefined();
});

test.each([{ globalPrivacyControl: true }, { doNotTrack: "1" }])("no cookie is set with %o", (signal) => {
  vi.stubGlobal("navigator", signal);
  expect(visitor()).toBeUndefined();
  expect(written).toEqual([]);
});

test.each([{ globalPrivacyControl: false, doNotTrack: "0" }, { doNotTrack: "unspecified" }])(
  "%o does not forbid the cookie",
  (signal) => {
    vi.stubGlobal("navigator", signal);
    expect(visitor()).toBeDefined();
  },
);
