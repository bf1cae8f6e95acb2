import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

/** Side of the SVG's view box. */
const VIEW_BOX = 32;
/** Samples per pixel, in each direction. */
const SAMPLES = 4;

/** The icons of home screens. A `fullBleed` icon has no rounded corners, since the system cuts them itself. */
const ICONS = [
  { name: "180.png", size: 180, fullBleed: true, scale: 0.86 },
  { name: "192.png", size: 192, fullBleed: false, scale: 1 },
  { name: "512.png", size: 512, fullBleed: false, scale: 1 },
  { name: "maskable-512.png", size: 512, fullBleed: true, scale: 0.74 },
];

/** Renders an SVG icon, a rounded rectangle with vertical strokes, as PNG files in `folder`. */
export async function renderIcons(svgFile, folder) {
  const svg = await readFile(svgFile, "utf8");
  const icon = parseSvg(svg);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "icon.svg"), svg);
  for (const { name, size, fullBleed, scale } of ICONS)
    await writeFile(join(folder, name), encodePng(size, rasterize(icon, size, fullBleed, scale)));
}

function parseSvg(svg) {
  const attribute = (name) => svg.match(new RegExp(`\\b${name}="([^"]+)"`))[1];
  const color = (text) => text.match(/[0-9a-f]{2}/gi).map((part) => Number.parseInt(part, 16));
  const strokes = [...attribute("d").matchAll(/M([\d.]+) ([\d.]+)v(-?[\d.]+)/g)].map(([, x, y, length]) => {
    const ends = [Number(y), Number(y) + Number(length)];
    return { x: Number(x), top: Math.min(...ends), bottom: Math.max(...ends) };
  });
  return {
    radius: Number(attribute("rx")),
    background: color(attribute("fill")),
    foreground: color(attribute("stroke")),
    halfWidth: Number(attribute("stroke-width")) / 2,
    strokes,
  };
}

/** Returns the pixels as rows of RGBA. */
function rasterize(icon, size, fullBleed, scale) {
  const pixels = Buffer.alloc(size * size * 4);
  const step = VIEW_BOX / size;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      let [background, foreground] = [0, 0];
      for (let at = 0; at < SAMPLES * SAMPLES; at++) {
        const px = (x + ((at % SAMPLES) + 0.5) / SAMPLES) * step;
        const py = (y + (Math.floor(at / SAMPLES) + 0.5) / SAMPLES) * step;
        if (!fullBleed && !isInside(px, py, icon.radius)) continue;
        background++;
        if (isForeground(icon, VIEW_BOX / 2 + (px - VIEW_BOX / 2) / scale, VIEW_BOX / 2 + (py - VIEW_BOX / 2) / scale))
          foreground++;
      }
      const rgb = icon.background.map((part, index) =>
        background ? Math.round(part + ((icon.foreground[index] - part) * foreground) / background) : 0,
      );
      pixels.set([...rgb, Math.round((background / SAMPLES / SAMPLES) * 255)], (y * size + x) * 4);
    }
  return pixels;
}

function isInside(x, y, radius) {
  const dx = Math.max(radius - x, x - (VIEW_BOX - radius), 0);
  const dy = Math.max(radius - y, y - (VIEW_BOX - radius), 0);
  return Math.hypot(dx, dy) <= radius;
}

const isForeground = ({ strokes, halfWidth }, x, y) =>
  strokes.some((stroke) => Math.hypot(x - stroke.x, y - Math.min(Math.max(y, stroke.top), stroke.bottom)) <= halfWidth);

function encodePng(size, pixels) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  // 8 bits per channel, RGBA.
  header.set([8, 6, 0, 0, 0], 8);
  const lines = Buffer.concat(
    Array.from({ length: size }, (_, y) =>
      Buffer.concat([Buffer.of(0), pixels.subarray(y * size * 4, (y + 1) * size * 4)]),
    ),
  );
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(lines, { level: 9 })),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

function pngChunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
