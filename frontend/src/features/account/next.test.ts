import { expect, test } from "vitest";
import { nextPage } from "./next";

const of = (next: string) => nextPage(new URLSearchParams({ next }));

test("after the login one is back where one was", () => {
  expect(of("/orders/1?x=y")).toBe("/orders/1?x=y");
  expect(nextPage(new URLSearchParams())).toBe("/");
});

test("an address from outside leads nowhere else", () => {
  const evil = ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""];
  const disguised = [
    "/\t/evil.example",
    "/\n\\evil.example",
    "/.//evil.example",
    "/a/..//evil.example",
    "//[",
  ];
  for (const next of [...evil, ...disguised]) expect(of(next), JSON.stringify(next)).toBe("/");
});
