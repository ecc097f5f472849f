import { expect, test } from "vitest";
import { formatMoney, parseMoney, typedMoney } from "./money";

test("amounts are shown with the digits that their currency has", () => {
  expect(formatMoney(12900, "EUR")).toBe("€129.00");
  expect(formatMoney(5, "EUR")).toBe("€0.05");
  expect(formatMoney(1500, "JPY")).toBe("¥1,500");
});

test("prices are read as people type them, without rounding", () => {
  expect(parseMoney("12", "EUR")).toBe(1200);
  expect(parseMoney(" 12.5 ", "EUR")).toBe(1250);
  expect(parseMoney("12,05", "EUR")).toBe(1205);
  expect(parseMoney("1.15", "EUR")).toBe(115); // 1.15 * 100 is 114.99999999999999
  expect(parseMoney("7", "JPY")).toBe(7);
});

test("what is no price is none", () => {
  for (const typed of ["", "-1", "1.234", "1e3", "abc", "1.2.3", "0x10", "7.5 €"])
    expect(parseMoney(typed, "EUR"), typed).toBeUndefined();
  expect(parseMoney("7.5", "JPY")).toBeUndefined();
});

test("a price to be edited reads back as itself", () => {
  for (const minor of [0, 5, 1200, 1250, 99999999])
    expect(parseMoney(typedMoney(minor, "EUR"), "EUR")).toBe(minor);
});
