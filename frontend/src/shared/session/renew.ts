import { alone } from "@/shared/alone";
import { noAnswer, problemOf } from "@/shared/api/problem";
import { begin, end, personOf, reload, useSession, type Tokens } from "./session";

/** Longer than the gateway waits for a service, so that its answer comes first. */
export const patience = 20_000; // ms

let running: Promise<string | null> | undefined;

/**
 * A token that is not `used`, which expired; null when the session is over.
 *
 * A refresh token is good for one use; a second use after more than half a minute ends the session. So only one
 * caller trades it, in this tab and in all others (Web Locks API); the rest take over what it got.
 * Rejects with ApiError when the session is neither renewed nor over.
 */
export function renew(used: string): Promise<string | null> {
  running ??= alone("glasshouse.renew", () => trade(used)).finally(() => (running = undefined));
  return running;
}

async function trade(used: string): Promise<string | null> {
  reload();
  const { tokens } = useSession.getState();
  if (!tokens) return null;
  // What one person asked for is never asked again in the name of another, who logged in meanwhile.
  if (tokens.token !== used) return isOfSamePerson(tokens.token, used) ? tokens.token : null;
  if (!tokens.refreshToken) return over();
  const response = await fetch("/api/users/refresh", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refreshToken: tokens.refreshToken }),
    signal: AbortSignal.timeout(patience), // all tabs wait for this one
  }).catch((error: unknown) => {
    throw noAnswer(error);
  });
  if (!response.ok && response.status !== 401) throw await problemOf(response);
  const renewed = response.ok ? ((await response.json()) as Tokens) : null;
  // Who logged out, here or in another tab, while the answer was on its way stays logged out.
  reload();
  if (useSession.getState().tokens?.token !== used) return null;
  if (!renewed) return over();
  begin({ token: renewed.token, refreshToken: renewed.refreshToken });
  return renewed.token;
}

function isOfSamePerson(token: string, used: string): boolean {
  const person = (of: string) => personOf({ token: of, refreshToken: null })?.id;
  return person(token) === person(used);
}

function over(): null {
  end({ expired: true });
  return null;
}
