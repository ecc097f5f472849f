import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import type { ProxyOptions, Rolldown } from "vite";
import { defineConfig } from "vitest/config";

// Where the platform of this checkout answers, for `npm run dev`.
const port = 8080 + Number(process.env.SHOP_PORT_OFFSET ?? 0);
const gateway = process.env.SHOP_URL ?? `http://127.0.0.1:${port}`;

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Below /api there are pages too, such as /api/docs: those are files of this folder, as the shop's other pages are. */
const page = ({ url = "" }: IncomingMessage) => {
  const [, path = "", query = ""] = /^(.*?)\/?(\?.*)?$/.exec(url) ?? [];
  const files = [`${path}.html`, ...(/\.\w+$/.test(path) ? [path] : [])];
  const found = files.find((file) => existsSync(at(`.${file}`)) || existsSync(at(`./public${file}`)));
  return found && found + query;
};

/** In a container the answer is in the environment; else the gateway has it. */
const configuration = (_: IncomingMessage, response?: ServerResponse) => {
  if (!response || !process.env.CONFIG_JSON) return;
  response.setHeader("Content-Type", "application/json").end(process.env.CONFIG_JSON);
  return "/config.json";
};

const proxy: Record<string, string | ProxyOptions> = {
  "/api": { target: gateway, changeOrigin: true, bypass: page },
  "/otlp": gateway,
  "/config.json": { target: gateway, changeOrigin: true, bypass: configuration },
};

let wanted: Set<string> | undefined;

/** All that the first page needs is one file: a browser has six connections, and each further file waits for one. */
const firstPage: Rolldown.CodeSplittingNameFunction = (id, context) => {
  if (!wanted) {
    wanted = new Set([at("./src/app/main.tsx")]);
    for (const module of wanted)
      context.getModuleInfo(module)?.importedIds.forEach((name) => wanted?.add(name));
  }
  return wanted.has(id) ? "first" : null;
};

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": at("./src"), "~": at("./console/src") } }, // ~: for the tests of the console
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // no data: addresses, which the Content-Security-Policy refuses
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2_000, // the viewer of /api/docs, which only that page loads
    rolldownOptions: {
      input: ["index.html", "api/docs.html"],
      output: { codeSplitting: { groups: [{ name: firstPage, debugName: "first" }] } },
    },
  },
  server: { proxy },
  preview: { proxy },
  test: {
    environment: "node",
    setupFiles: ["src/shared/testing/storage.ts", "src/shared/testing/origin.ts"],
    restoreMocks: true,
  },
});
