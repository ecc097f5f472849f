import type { ProductDetails } from "@/shared/api/types";

type Table = ProductDetails["specifications"];

/** Lines such as "Weight: 250 g" as a product's table; undefined when one of them is none. */
export function parseTable(text: string): NonNullable<Table> | undefined {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => /^([^:]{1,60}):\s*(.{1,200})$/.exec(line));
  if (lines.includes(null)) return undefined;
  return lines.map((line) => ({ name: line?.[1]?.trim() ?? "", value: line?.[2] ?? "" }));
}

export function showTable(table: Table): string {
  return (table ?? []).map(({ name, value }) => `${name}: ${value}`).join("\n");
}
