// Make src/shared/api/generated from the OpenAPI documents of this folder; with --check, only say what is stale.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const check = process.argv.includes("--check");
for (const service of ["user", "product", "order", "payment"]) {
  const file = new URL(`../src/shared/api/generated/${service}.ts`, import.meta.url);
  // A member with a default may be left out of a request.
  const made = astToString(
    await openapiTS(new URL(`${service}.json`, import.meta.url), { defaultNonNullable: false }),
  );
  const text = `// Made by api/generate.mjs from api/${service}.json; not to be edited.\n${made}`;
  if (!check) {
    await writeFile(file, text);
  } else if (text !== (await readFile(file, "utf8").catch(() => ""))) {
    console.error(`${file.pathname} is stale: npm run generate`);
    process.exitCode = 1;
  }
}
