import { expect, test } from "vitest";
import { filledWith, readCard, spaced, testCards } from "./testCards";

test("one click fills in a card that is taken", () => {
  for (const { number } of testCards)
    expect(readCard(filledWith(number))).toEqual({
      card: { number, expMonth: 12, expYear: 2040, cvc: "123" },
    });
});

test("a card is taken as people type it", () => {
  expect(readCard({ number: "4242-4242 42424242", expiry: "3 / 2040", cvc: " 1234 " })).toEqual({
    card: { number: "4242424242424242", expMonth: 3, expYear: 2040, cvc: "1234" },
  });
  expect(spaced("42424242424242429")).toBe("4242 4242 4242 4242");
});

test("a card is good until its month is over", () => {
  const read = (expiry: string) =>
    readCard({ ...filledWith("4242424242424242"), expiry }, new Date("2026-02-15"));
  expect(read("02/26")).toHaveProperty("card");
  expect(read("01/26")).toEqual({ faults: { expiry: "This card has expired." } });
  expect(read("12/25")).toHaveProperty("faults");
});

test("each field that is wrong is named before anything is ordered", () => {
  const read = readCard({ number: "4111111111111111", expiry: "13/40", cvc: "12" });
  expect("faults" in read && Object.keys(read.faults)).toEqual(["number", "expiry", "cvc"]);
});
