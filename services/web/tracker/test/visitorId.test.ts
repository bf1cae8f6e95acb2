import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { visitorId } from "../src/visitorId";
import { stubBlobNames } from "./blobs";

const written: string[] = [];
let jar = "";

/** A cookie jar that stores what `kept` accepts and records attributes, which the DOM hides. */
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
  const value = visitorId();
  expect(value).toMatch(/^[0-9a-f]{32}$/);
  expect(written).toEqual([`_uv=${value};max-age=34214400;path=/;samesite=lax`]);
});

test("two visitors differ", () => {
  const first = visitorId();
  jar = "";
  expect(visitorId()).not.toBe(first);
});

test("a returning visitor keeps value and expiry", () => {
  jar = "theme=dark; _uv=0123456789abcdef0123456789abcdef; other=1";
  expect(visitorId()).toBe("0123456789abcdef0123456789abcdef");
  expect(written).toEqual([]);
});

test("a cookie whose name has the same ending is ignored", () => {
  jar = "my_uv=0123456789abcdef0123456789abcdef";
  expect(visitorId()).not.toBe("0123456789abcdef0123456789abcdef");
});

test("on https the cookie is secure", () => {
  vi.stubGlobal("location", { href: "https://example.com/" });
  visitorId();
  expect(written[0]).toMatch(/;secure$/);
});

test("a browser that stores no cookie has no visitor value", () => {
  cookies(() => false);
  expect(visitorId()).toBeUndefined();
});

test.each([{ globalPrivacyControl: true }, { doNotTrack: "1" }])("no cookie is set with %o", (signal) => {
  vi.stubGlobal("navigator", signal);
  expect(visitorId()).toBeUndefined();
  expect(written).toEqual([]);
});

test.each([{ globalPrivacyControl: false, doNotTrack: "0" }, { doNotTrack: "unspecified" }])(
  "%o does not forbid the cookie",
  (signal) => {
    vi.stubGlobal("navigator", signal);
    expect(visitorId()).toBeDefined();
  },
);
