// Make src/shared/api/generated from the OpenAPI documents of this folder; with --check, only say what is stale.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const check = process.argv.includes("--check");
for (const service of ["user", "product", "order", "payment"]) {
  const file = new URL(`../src/shared/api/generated/${service}.ts`, import.meta.url);
  const document = JSON.parse(await readFile(new URL(`${service}.json`, import.meta.url), "utf8"));
  // The pages read hardly any header of an answer, and none by its type.
  delete document.components.headers;
  const shared = Object.values(document.components.responses);
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  for (const response of [...shared, ...operations.flatMap((one) => Object.values(one.responses))]) {
    delete response.headers;
  }
  // A member with a default may be left out of a request.
  const made = astToString(await openapiTS(document, { defaultNonNullable: false }));
  const text = `// Made by api/generate.mjs from api/${service}.json; not to be edited.\n${made}`;
  if (!check) {
    await writeFile(file, text);
  } else if (text !== (await readFile(file, "utf8").catch(() => ""))) {
    console.error(`${file.pathname} is stale: npm run generate`);
    process.exitCode = 1;
  }
}
