import { expect, test } from "vitest";
import { begin, personOf, useSession } from "./session";

const kept = (state: unknown) =>
  localStorage.setItem("glasshouse.session", JSON.stringify({ state, version: 0 }));

test.each([
  { tokens: {} },
  { tokens: "abc" },
  { tokens: { token: 5, refreshToken: null } },
  { tokens: { token: "a", refreshToken: 5 } },
  { tokens: [null] },
  [],
])("what is no session in the storage is none: %j", async (state) => {
  begin({ token: "a", refreshToken: "b" });
  kept(state);
  await useSession.persist.rehydrate();
  expect(useSession.getState()).toEqual({ tokens: null, expired: false });
});

test("a session is there after a reload", async () => {
  kept({ tokens: { token: "a", refreshToken: null }, expired: true });
  await useSession.persist.rehydrate();
  expect(useSession.getState()).toEqual({ tokens: { token: "a", refreshToken: null }, expired: true });
});

test.each([{}, { token: 5 }, { token: "a.b.c" }, { token: "none" }])(
  "a token that names nobody is of nobody: %j",
  (tokens) => {
    expect(personOf(tokens as never)).toBeNull();
  },
);
