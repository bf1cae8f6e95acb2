// Builds dist/ from scratch: tracker, dashboard, API viewer, demo site and the bundled country database.
import { cp, mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "vite";
import { renderIcons } from "./icons.mjs";
import { precompress } from "./precompress.mjs";

const root = dirname(import.meta.dirname);
const dist = join(root, "dist");

await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, "geo"), { recursive: true });

await build({ configFile: join(root, "tracker/vite.config.ts") });
await build({ configFile: join(root, "dashboard/vite.config.ts") });
await renderIcons(join(root, "dashboard/src/icon.svg"), join(dist, "dashboard/icons"));
await build({ configFile: join(root, "docs/vite.config.ts") });
await cp(join(root, "demo/pages"), join(dist, "demo"), { recursive: true });

const geo = createRequire(import.meta.url).resolve("@ip-location-db/geo-whois-asn-country-mmdb/package.json");
await cp(join(dirname(geo), "geo-whois-asn-country.mmdb"), join(dist, "geo/country.mmdb"));

await precompress(join(dist, "uv.js"));
