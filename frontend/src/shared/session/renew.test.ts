import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api, data } from "@/shared/api/client";
import { renew } from "./renew";
import { begin, end, useSession } from "./session";

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });

/** A user service that knows the rules: a refresh token is good once, an older one ends the session. */
function userService() {
  let newest = 1;
  let trades = 0;
  const fetched = vi.fn(async (input: Request | string, init?: RequestInit) => {
    const request = input instanceof Request ? input : new Request(new URL(input, "http://shop"), init);
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (new URL(request.url).pathname === "/api/users/refresh") {
      trades++;
      const { refreshToken } = (await request.json()) as { refreshToken: string };
      if (refreshToken !== `refresh-${newest}`) return json(401, { detail: "The session is over." });
      newest++;
      return json(200, { token: `access-${newest}`, refreshToken: `refresh-${newest}` });
    }
    const isGood = request.headers.get("Authorization") === `Bearer access-${newest}` && newest > 1;
    return isGood ? json(200, { name: "Ada" }) : json(401, { detail: "The token has expired." });
  });
  vi.stubGlobal("fetch", fetched);
  return { trades: () => trades, fetched };
}

const profile = () => data(api.GET("/api/users/profile", { baseUrl: "http://shop" }));

beforeEach(() => begin({ token: "access-1", refreshToken: "refresh-1" }));
afterEach(() => vi.unstubAllGlobals());

test("an expired token is renewed once, and the request repeated with the new one", async () => {
  const service = userService();
  expect(await profile()).toEqual({ name: "Ada" });
  expect(service.trades()).toBe(1);
  expect(useSession.getState().tokens).toEqual({ token: "access-2", refreshToken: "refresh-2" });
});

test("of many requests that find the token expired, one renews it and all go through", async () => {
  const service = userService();
  const answers = await Promise.all(Array.from({ length: 8 }, profile));
  expect(answers).toHaveLength(8);
  expect(service.trades()).toBe(1);
});

test("what another tab renewed is taken over, not traded again", async () => {
  const service = userService();
  const stored = {
    state: { tokens: { token: "of the other tab", refreshToken: "r" }, expired: false },
    version: 0,
  };
  localStorage.setItem("glasshouse.session", JSON.stringify(stored));
  expect(await renew("access-1")).toBe("of the other tab");
  expect(service.trades()).toBe(0);
});

const tokenOf = (sub: string) => `head.${btoa(JSON.stringify({ sub }))}.signature`;

test("what one asked for is not asked again in the name of another, who logged in meanwhile", async () => {
  const service = userService();
  begin({ token: tokenOf("bob"), refreshToken: "his" });
  expect(await renew(tokenOf("ada"))).toBeNull();
  expect(service.trades()).toBe(0);
});

test("who logs out while the token is being renewed stays logged out", async () => {
  userService();
  const renewed = renew("access-1");
  end({ expired: false });
  expect(await renewed).toBeNull();
  expect(useSession.getState()).toMatchObject({ tokens: null, expired: false });
});

test("a session that begins while the old one is found to be over goes on", async () => {
  userService();
  begin({ token: "access-1", refreshToken: "of long ago" });
  const renewed = renew("access-1");
  begin({ token: "access-9", refreshToken: "refresh-9" });
  expect(await renewed).toBeNull();
  expect(useSession.getState().tokens?.token).toBe("access-9");
});

test("a session that is over ends here too, and says so", async () => {
  userService();
  begin({ token: "access-1", refreshToken: "of long ago" });
  await expect(profile()).rejects.toMatchObject({ status: 401 });
  expect(useSession.getState()).toMatchObject({ tokens: null, expired: true });
});

test("without a refresh token the session is over when its token is", async () => {
  const service = userService();
  begin({ token: "access-1", refreshToken: null });
  await expect(profile()).rejects.toMatchObject({ status: 401 });
  expect(service.trades()).toBe(0);
  expect(useSession.getState().expired).toBe(true);
});

test("a user service that does not answer ends no session", async () => {
  vi.stubGlobal("fetch", async (input: Request | string) =>
    input instanceof Request ? json(401, {}) : json(503, { detail: "Sessions are not available." }),
  );
  await expect(profile()).rejects.toMatchObject({ status: 503 });
  expect(useSession.getState().tokens?.refreshToken).toBe("refresh-1");
});
