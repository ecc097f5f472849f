import { expect, test } from "vitest";
import { nextPage } from "./next";

const of = (next: string) => nextPage(new URLSearchParams({ next }));

test("after the login one is back where one was", () => {
  expect(of("/orders/1?x=y")).toBe("/orders/1?x=y");
  expect(nextPage(new URLSearchParams())).toBe("/");
});

test("an address from outside leads nowhere else", () => {
  for (const next of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""])
    expect(of(next), next).toBe("/");
});
