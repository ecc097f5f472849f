import { expect, test } from "vitest";
import { keysOf } from "./keys";

const line = (time: number, program: string) => ({ time, program });

test("a line keeps its key when newer ones come, also of the same moment", () => {
  const before = [line(2, "a"), line(1, "b"), line(1, "a"), line(1, "a")];
  const keys = keysOf(before);
  expect(new Set(keys).size).toBe(4);
  expect(keysOf([line(3, "a"), line(2, "a"), ...before]).slice(2)).toEqual(keys);
});
