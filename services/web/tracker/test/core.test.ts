import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { trackPage } from "../src/core";
import { stubBlobNames } from "./blobs";

const sent: { url: string; body: Record<string, unknown> }[] = [];
const sendBeacon = vi.fn((url: string, body: string) => {
  sent.push({ url, body: JSON.parse(body) });
  return true;
});

const tag = (src: string, data: Record<string, string> = {}) => {
  const script = document.createElement("script");
  Object.defineProperty(script, "src", { value: src });
  Object.assign(script.dataset, { site: "blog", ...data });
  return script;
};

beforeEach(() => {
  stubBlobNames();
  sent.length = 0;
  delete window.uv;
  Object.defineProperty(navigator, "sendBeacon", { value: sendBeacon, configurable: true, writable: true });
});
afterEach(() => vi.unstubAllGlobals());

test.each([
  ["https://stats.example/uv.js", undefined, "https://stats.example/collect"],
  ["https://blog.example/stats/uv.js", undefined, "https://blog.example/stats/collect"],
  ["https://blog.example/stats/uv.js?v=3", undefined, "https://blog.example/stats/collect"],
  ["https://cdn.example/uv.js", "https://stats.example", "https://stats.example/collect"],
  ["https://cdn.example/uv.js", "https://stats.example/a/", "https://stats.example/a/collect"],
  ["https://cdn.example/uv.js", "/stats", "/stats/collect"],
])("a script at %s with data-api %s sends to %s", (src, api, expected) => {
  trackPage(tag(src, api ? { api } : {}));
  expect(sent.map(({ url }) => url)).toEqual([expected]);
});

test("the first beacon is a page view with the page's details", () => {
  trackPage(tag("https://stats.example/uv.js"));
  expect(sent[0]!.body).toMatchObject({
    site: "blog",
    url: location.href,
    referrer: document.referrer,
    width: screen.width,
    language: navigator.language,
    visitor: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test("data-cookie off omits the visitor", () => {
  trackPage(tag("https://stats.example/uv.js", { cookie: "off" }));
  expect(sent[0]!.body).not.toHaveProperty("visitor");
});

test("calls made before the tracker loaded are sent after the page view", () => {
  window.uv = Object.assign(() => {}, { q: [["event", "signup", { plan: "pro" }]] }) as unknown as Window["uv"] & {};
  trackPage(tag("https://stats.example/uv.js"));
  expect(sent.map(({ body }) => [body.kind, body.name, body.props])).toEqual([
    [undefined, undefined, undefined],
    ["event", "signup", { plan: "pro" }],
  ]);
});

test("properties that are not JSON do not throw", () => {
  trackPage(tag("https://stats.example/uv.js"));
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  expect(() => window.uv!("event", "broken", circle as never)).not.toThrow();
  expect(sent).toHaveLength(1);
});

test("with a full beacon queue the request is sent by fetch", () => {
  const fetched = vi.fn((..._request: unknown[]) => Promise.reject(new TypeError("offline")));
  vi.stubGlobal("fetch", fetched);
  sendBeacon.mockReturnValueOnce(false);
  trackPage(tag("https://stats.example/uv.js"));
  expect(fetched).toHaveBeenCalledWith(
    "https://stats.example/collect",
    expect.objectContaining({ method: "POST", keepalive: true, credentials: "include" }),
  );
});
