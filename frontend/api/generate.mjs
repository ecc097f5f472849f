// Make src/shared/api/generated from the OpenAPI documents of this folder; with --check, only say what is stale.
import { readdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const check = process.argv.includes("--check");
const documents = (await readdir(new URL(".", import.meta.url))).filter((name) => name.endsWith(".json"));
for (const service of documents.map((name) => name.replace(/\.json$/, ""))) {
  const file = new URL(`../src/shared/api/generated/${service}.ts`, import.meta.url);
  const document = JSON.parse(await readFile(new URL(`${service}.json`, import.meta.url), "utf8"));
  // A member with a default may be left out of a request.
  const made = astToString(await openapiTS(lean(document), { defaultNonNullable: false }));
  const text = `// Made by api/generate.mjs from api/${service}.json; not to be edited.\n${made}`;
  if (!check) {
    await writeFile(file, text);
  } else if (text !== (await readFile(file, "utf8").catch(() => ""))) {
    console.error(`${file.pathname} is stale: npm run generate`);
    process.exitCode = 1;
  }
}

/** What the pages need: one form for whatever is refused, and no header, as they read none by its type. */
function lean(document) {
  const { schemas, securitySchemes } = document.components;
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  const responses = { Refused: { description: "A problem document (RFC 9457)", content } };
  for (const operation of Object.values(document.paths).flatMap(Object.values)) {
    const taken = Object.entries(operation.responses).filter(([status]) => Number(status) < 400);
    for (const [, response] of taken) delete response.headers;
    operation.responses = {
      ...Object.fromEntries(taken),
      default: { $ref: "#/components/responses/Refused" },
    };
  }
  return untitled({ ...document, components: { schemas, securitySchemes, responses } });
}

/** Without the titles that pydantic makes of names, and without examples. */
function untitled(value) {
  if (Array.isArray(value)) return value.map(untitled);
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(
    ([key, text]) => key !== "examples" && !(key === "title" && typeof text === "string"),
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, untitled(inner)]));
}
