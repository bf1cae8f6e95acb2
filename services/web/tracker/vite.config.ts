import { defineConfig, type UserConfig } from "vite";

/** Bundles `entry` as one plain script with a scope of its own. */
export const scriptOf = (entry: string): UserConfig => ({
  root: import.meta.dirname,
  logLevel: "warn",
  build: {
    target: "es2020",
    outDir: "../dist",
    // The folder also holds the dashboard and the demo; the whole build empties it once.
    emptyOutDir: false,
    modulePreload: false,
    rolldownOptions: {
      input: `${import.meta.dirname}/src/${entry}`,
      output: {
        format: "es",
        entryFileNames: "uv.js",
        // Fewer bytes than the bundler's own wrapper.
        banner: "(()=>{",
        footer: "})()",
      },
    },
  },
});

export default defineConfig(scriptOf("main.ts"));
