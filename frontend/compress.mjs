// Writes a .gz beside every text file of a build, for Nginx's gzip_static: node compress.mjs <folder>
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const TEXT = /\.(html|js|css|svg|json|map|txt|webmanifest)$/;
const SMALLEST = 512; // bytes; below that a header costs more than is saved

const folder = process.argv[2];
if (!folder) throw new Error("Which folder? node compress.mjs dist");
for (const name of readdirSync(folder, { recursive: true })) {
  if (!TEXT.test(name)) continue;
  const content = readFileSync(join(folder, name));
  if (content.length >= SMALLEST) writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
}
