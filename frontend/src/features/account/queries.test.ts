import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { begin, end, useSession } from "@/shared/session/session";
import { changePassword, logIn, register, useDone } from "./queries";

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });

/** A user service that answers each of these paths with that status, and others with success. */
function userService(statuses: Record<string, number>): void {
  vi.stubGlobal("fetch", async (request: Request) => {
    const status = statuses[new URL(request.url).pathname.split("/").pop() ?? ""] ?? 200;
    return json(status, status === 200 ? { token: "new", refreshToken: "r" } : {});
  });
}

beforeEach(() => end({ expired: false }));
afterEach(() => vi.unstubAllGlobals());

test("an account is made although the login after it fails, and the login page says so until one logs in", async () => {
  userService({ login: 429 });
  expect(await register("Ada", "ada@example.com", "secret12")).toBe(false);
  expect(useDone.getState().done).toBe("Your account is created.");
  expect(useSession.getState()).toMatchObject({ tokens: null, expired: false });

  userService({});
  await logIn("ada@example.com", "secret12");
  expect(useDone.getState().done).toBe("");
});

test("a password is changed although the login after it fails; the old session is over", async () => {
  begin({ token: "old", refreshToken: "old" });
  userService({ login: 503 });
  expect(await changePassword("ada@example.com", "old", "new")).toBe(false);
  expect(useDone.getState().done).toBe("Your password is changed.");
  expect(useSession.getState()).toMatchObject({ tokens: null, expired: true });
});

test("a password that is not changed ends no session", async () => {
  begin({ token: "old", refreshToken: "old" });
  userService({ profile: 503 });
  await expect(changePassword("ada@example.com", "old", "new")).rejects.toMatchObject({ mayBeDone: true });
  expect(useSession.getState().tokens?.token).toBe("old");
});
