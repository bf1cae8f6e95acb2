import { expect, test } from "vitest";
import { globPattern } from "../src/globPattern";

test.each([
  ["/admin/*", "/admin/users", true],
  ["/admin/*", "/admin", false],
  ["/admin/*", "/blog/admin/users", false],
  ["/admin/*, /private", "/private", true],
  [" /a ,\n /b ", "/b", true],
  ["/*/edit", "/articles/7/edit", true],
  ["*.php", "/index.php", true],
  ["*.php", "/indexphp", false],
  ["/c++/(draft)$", "/c++/(draft)$", true],
  ["/a", "/", false],
])("%o and the path %o: excluded is %o", (list, path, expected) => {
  expect(globPattern(list).test(path)).toBe(expected);
});

test.each([undefined, "", " , "])("the list %o excludes nothing", (list) => {
  expect(globPattern(list).test("/")).toBe(false);
  expect(globPattern(list).test("/a/b")).toBe(false);
});
