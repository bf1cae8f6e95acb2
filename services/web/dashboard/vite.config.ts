import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  logLevel: "warn",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    outDir: "../dist/dashboard",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // Images and styles stay files: a strict content security policy allows no data: URLs.
    assetsInlineLimit: 0,
  },
});
