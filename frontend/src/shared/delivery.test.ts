import { expect, test } from "vitest";
import { isLocal } from "./config";
import { deliveredBy } from "./delivery";
import { plural } from "./plural";

const friday = new Date(2026, 10, 27, 18);

test.each([
  [1, 30],
  [2, 1],
  [5, 4],
  [6, 7],
])("%d working days after a Friday no weekend is counted", (days, date) => {
  expect(deliveredBy(days, friday).getDate()).toBe(date);
});

test("one is one, and everything else is many", () => {
  expect([0, 1, 2, 1204].map((count) => plural(count, "item"))).toEqual([
    "0 items",
    "1 item",
    "2 items",
    "1,204 items",
  ]);
});

test("only this machine's own names are local", () => {
  for (const name of ["localhost", "shop.localhost", "127.0.0.1", "127.9.8.7", "[::1]"])
    expect(isLocal(name), name).toBe(true);
  for (const name of ["shop.example", "localhost.example", "127.evil.example", "1127.0.0.1", ""])
    expect(isLocal(name), name).toBe(false);
});
