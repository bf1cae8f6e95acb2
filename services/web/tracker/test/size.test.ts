// @vitest-environment node
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { expect, test } from "vitest";
import { scriptOf } from "../vite.config";

async function gzippedSize(entry: string): Promise<number> {
  const { build: options, ...rest } = scriptOf(entry);
  const result = (await build({
    ...rest,
    configFile: false,
    build: { ...options, write: false },
  })) as Rolldown.RolldownOutput;
  return gzipSync(result.output[0].code, { level: 9 }).length;
}

test("the core is at most 1,300 bytes gzipped", async () => {
  expect(await gzippedSize("core.entry.ts")).toBeLessThanOrEqual(1300);
});

test("with outbound links and downloads it is at most 1,500 bytes gzipped", async () => {
  expect(await gzippedSize("main.ts")).toBeLessThanOrEqual(1500);
});
