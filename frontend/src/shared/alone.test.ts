import { afterEach, expect, test, vi } from "vitest";
import { alone } from "./alone";

afterEach(() => vi.unstubAllGlobals());

test("work that fails is not done again without the lock", async () => {
  vi.stubGlobal("navigator", { locks: { request: async (_: string, work: () => unknown) => work() } });
  const work = vi.fn(async () => {
    throw new Error("of the work");
  });
  await expect(alone("a name", work)).rejects.toThrow("of the work");
  expect(work).toHaveBeenCalledOnce();
});
