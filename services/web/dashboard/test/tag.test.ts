import { expect, test } from "vitest";
import { collectorUrl, snippet } from "../src/tag";

const page = (content: string) => new DOMParser().parseFromString(`<meta name="collector-url" content="${content}">`, "text/html");
const host = { protocol: "http:", hostname: "10.0.0.5" } as Location;

test("the collector's address is what the server wrote into the page", () => {
  expect(collectorUrl(page("https://stats.example.com/"), host)).toBe("https://stats.example.com");
});

test("without it, the collector's default port on the same host", () => {
  expect(collectorUrl(page("__COLLECTOR_URL__"), host)).toBe("http://10.0.0.5:8001");
});

test("the snippet names script, site and an image for browsers without scripts", () => {
  const tag = snippet("https://stats.example.com", "blog");
  expect(tag).toContain('<script defer src="https://stats.example.com/uv.js" data-site="blog"></script>');
  expect(tag).toContain('<noscript><img src="https://stats.example.com/pixel.gif?site=blog"');
});
