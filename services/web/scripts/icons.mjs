import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

/** Side of the SVG's view box. */
const GRID = 32;
/** Samples per pixel, in each direction. */
const FINE = 4;

/** The icons of home screens. A `full` icon has no rounded corners, since the system cuts them itself. */
const WANTED = [
  { name: "180.png", size: 180, full: true, scale: 0.86 },
  { name: "192.png", size: 192, full: false, scale: 1 },
  { name: "512.png", size: 512, full: false, scale: 1 },
  { name: "maskable-512.png", size: 512, full: true, scale: 0.74 },
];

/** Renders an SVG icon, a rounded rectangle with vertical strokes, as PNG files in `folder`. */
export async function drawIcons(svgFile, folder) {
  const svg = await readFile(svgFile, "utf8");
  const icon = read(svg);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "icon.svg"), svg);
  for (const { name, size, full, scale } of WANTED)
    await writeFile(join(folder, name), png(size, draw(icon, size, full, scale)));
}

function read(svg) {
  const attribute = (name) => svg.match(new RegExp(`\\b${name}="([^"]+)"`))[1];
  const color = (text) => text.match(/[0-9a-f]{2}/gi).map((part) => Number.parseInt(part, 16));
  const strokes = [...attribute("d").matchAll(/M([\d.]+) ([\d.]+)v(-?[\d.]+)/g)].map(([, x, y, length]) => {
    const ends = [Number(y), Number(y) + Number(length)];
    return { x: Number(x), top: Math.min(...ends), bottom: Math.max(...ends) };
  });
  return {
    radius: Number(attribute("rx")),
    ground: color(attribute("fill")),
    ink: color(attribute("stroke")),
    half: Number(attribute("stroke-width")) / 2,
    strokes,
  };
}

/** Returns the pixels as rows of RGBA. */
function draw(icon, size, full, scale) {
  const pixels = Buffer.alloc(size * size * 4);
  const step = GRID / size;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      let [ground, ink] = [0, 0];
      for (let at = 0; at < FINE * FINE; at++) {
        const px = (x + ((at % FINE) + 0.5) / FINE) * step;
        const py = (y + (Math.floor(at / FINE) + 0.5) / FINE) * step;
        if (!full && !isInside(px, py, icon.radius)) continue;
        ground++;
        if (isInk(icon, GRID / 2 + (px - GRID / 2) / scale, GRID / 2 + (py - GRID / 2) / scale)) ink++;
      }
      const mixed = icon.ground.map((part, index) =>
        ground ? Math.round(part + ((icon.ink[index] - part) * ink) / ground) : 0,
      );
      pixels.set([...mixed, Math.round((ground / FINE / FINE) * 255)], (y * size + x) * 4);
    }
  return pixels;
}

function isInside(x, y, radius) {
  const dx = Math.max(radius - x, x - (GRID - radius), 0);
  const dy = Math.max(radius - y, y - (GRID - radius), 0);
  return Math.hypot(dx, dy) <= radius;
}

const isInk = ({ strokes, half }, x, y) =>
  strokes.some((stroke) => Math.hypot(x - stroke.x, y - Math.min(Math.max(y, stroke.top), stroke.bottom)) <= half);

function png(size, pixels) {
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
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
