import { expect, test } from "vitest";
import { routeOf, siteAddress } from "../src/lib/router";
import { nameOf } from "../src/sites/nameOf";

test.each([
  ["/", { at: "sites" }],
  ["/site/blog", { at: "site", site: "blog", page: "", rest: "" }],
  ["/site/blog/settings/goals", { at: "site", site: "blog", page: "settings", rest: "goals" }],
  ["/site/a%2Fb/realtime", { at: "site", site: "a/b", page: "realtime", rest: "" }],
  ["/site/blog/nothing", { at: "nowhere" }],
  ["/site/blog/bots", { at: "site", site: "blog", page: "bots", rest: "" }],
  ["/pair/blog", { at: "pair", site: "blog" }],
  ["/pair", { at: "pair", site: "" }],
  ["/site", { at: "nowhere" }],
  ["/admin/audit", { at: "admin", page: "audit" }],
  ["/%E0%A4%A", { at: "nowhere" }],
])("%s leads to %j", (path, expected) => expect(routeOf(path)).toEqual(expected));

test("an address leads back to where it was made for", () => {
  expect(routeOf(siteAddress("blog.example", "visitors", "a/b"))).toEqual({
    at: "site",
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
])("the site at %s is called %s", (url, expected) => expect(nameOf(url)).toBe(expected));
