import { expect, test } from "vitest";
import { parseRoute, siteHref } from "../src/lib/router";
import { suggestSiteName } from "../src/sites/NewSitePage";

test.each([
  ["/", { name: "sites" }],
  ["/site/blog", { name: "site", site: "blog", page: "", rest: "" }],
  ["/site/blog/settings/goals", { name: "site", site: "blog", page: "settings", rest: "goals" }],
  ["/site/a%2Fb/realtime", { name: "site", site: "a/b", page: "realtime", rest: "" }],
  ["/site/blog/nothing", { name: "not-found" }],
  ["/site/blog/bots", { name: "site", site: "blog", page: "bots", rest: "" }],
  ["/pair/blog", { name: "pair", site: "blog" }],
  ["/pair", { name: "pair", site: "" }],
  ["/site", { name: "not-found" }],
  ["/admin/audit", { name: "admin", page: "audit" }],
  ["/%E0%A4%A", { name: "not-found" }],
])("%s is routed to %j", (path, expected) => expect(parseRoute(path)).toEqual(expected));

test("a link to a site's page is routed back to that page", () => {
  expect(parseRoute(siteHref("blog.example", "visitors", "a/b"))).toEqual({
    name: "site",
    site: "blog.example",
    page: "visitors",
    rest: "a/b",
  });
});

test.each([
  ["https://www.Blog.example:8080/en?a=b", "blog.example"],
  ["blog.example", "blog.example"],
  ["http://127.0.0.1:9000", "127.0.0.1"],
  ["https://bücher.example", "b-cher.example"],
  ["", ""],
])("the suggested name of %s is %s", (url, expected) => expect(suggestSiteName(url)).toBe(expected));
