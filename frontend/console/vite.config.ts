import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
// Where the console of this checkout answers, for `npm run dev:console`.
const server =
  process.env.CONSOLE_URL ?? `http://127.0.0.1:${3000 + Number(process.env.SHOP_PORT_OFFSET ?? 0)}`;
const proxy = Object.fromEntries(
  ["/api", "/config.json", "/boards", "/public"].map((path) => [path, server]),
);

/** The shop's icon, and the script that sets the theme before the first paint. */
const ofTheShop: Plugin = {
  name: "of-the-shop",
  generateBundle() {
    for (const fileName of ["theme.js", "icon.svg"])
      this.emitFile({ type: "asset", fileName, source: readFileSync(at(`../public/${fileName}`)) });
  },
};

export default defineConfig({
  root: at("."),
  publicDir: false,
  plugins: [react(), tailwindcss(), ofTheShop],
  resolve: { alias: { "@": at("../src"), "~": at("./src") } },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy },
});
