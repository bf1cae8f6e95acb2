import { defineConfig, type UserConfig } from "vite";

/** Bundles `entry` as one plain script with its own scope. */
export const scriptOf = (entry: string): UserConfig => ({
  root: import.meta.dirname,
  logLevel: "warn",
  build: {
    target: "es2020",
    outDir: "../dist",
    // The folder also contains the dashboard and the demo site; scripts/build.mjs empties it once.
    emptyOutDir: false,
    modulePreload: false,
    rolldownOptions: {
      input: `${import.meta.dirname}/src/${entry}`,
      output: {
        format: "es",
        entryFileNames: "uv.js",
        // Smaller than the bundler's own wrapper.
        banner: "(()=>{",
        footer: "})()",
      },
    },
  },
});

export default defineConfig(scriptOf("main.ts"));
