import { expect, test } from "vitest";
import { isDownload, isOutbound } from "../src/links";

const link = (html: string) => {
  document.body.innerHTML = html;
  return document.querySelector("a")!;
};

test.each([
  [`<a href="https://example.com/report.pdf">`, true],
  [`<a href="https://example.com/report.PDF?page=2#top">`, true],
  [`<a href="https://example.com/data.tar.gz">`, true],
  [`<a href="https://example.com/anything" download>`, true],
  [`<a href="https://example.com/page.html">`, false],
  [`<a href="https://example.com/pdf">`, false],
  [`<a href="https://example.com/?file=report.pdf">`, false],
])("%s is a download: %o", (html, expected) => {
  expect(isDownload(link(html))).toBe(expected);
});

test("a link to another host or port is outbound", () => {
  expect(isOutbound(link(`<a href="https://elsewhere.example/">`))).toBe(true);
  expect(isOutbound(link(`<a href="//${location.hostname}:81/">`))).toBe(true);
  expect(isOutbound(link(`<a href="/about">`))).toBe(false);
});
