import { beforeEach, expect, test } from "vitest";
import { addressOf, useLastAddress } from "./address";

const good = { name: "Ada", line1: "Street 1", line2: null, city: "Berlin", country: "DE" };

async function found(state: unknown): Promise<void> {
  localStorage.setItem("glasshouse.address", JSON.stringify({ state, version: 0 }));
  await useLastAddress.persist.rehydrate();
}

beforeEach(() => useLastAddress.setState({ userId: null, address: null }));

test("the last address is there after a reload", async () => {
  await found({ userId: "ada", address: good });
  expect(addressOf("ada")).toEqual(good);
});

test.each([
  { userId: 1, address: good },
  { userId: "ada", address: { ...good, city: 5 } },
  { userId: "ada", address: { ...good, country: "constructor" } },
  { userId: "ada", address: "Berlin" },
  "abc",
  null,
])("what is no address in the storage is none: %j", async (state) => {
  await found(state);
  expect(addressOf("ada")).toBeNull();
});
