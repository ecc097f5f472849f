import { create } from "zustand";
import { persist } from "zustand/middleware";
import { isObject, stored } from "@/shared/stored";

export interface Tokens {
  token: string;
  /** null while the server cannot keep sessions: then one logs in again when the token expires. */
  refreshToken: string | null;
}

interface Person {
  id: string;
  isAdmin: boolean;
}

interface Session {
  tokens: Tokens | null;
  /** The session was ended by the server, not by its owner. */
  expired: boolean;
}

const key = "glasshouse.session";

/** Who is logged in here. All tabs share it. */
export const useSession = create<Session>()(
  persist(
    (): Session => ({ tokens: null, expired: false }),
    stored(key, ({ tokens, expired }) => ({
      tokens: isTokens(tokens) ? tokens : null,
      expired: expired === true,
    })),
  ),
);

function isTokens(value: unknown): value is Tokens {
  if (!isObject(value) || typeof value.token !== "string") return false;
  return value.refreshToken === null || typeof value.refreshToken === "string";
}

export function begin(tokens: Tokens): void {
  useSession.setState({ tokens, expired: false });
}

export function end({ expired }: { expired: boolean }): void {
  useSession.setState({ tokens: null, expired });
}

/** Take over what another tab wrote. */
export function reload(): void {
  void useSession.persist.rehydrate();
}

export function followOtherTabs(): void {
  window.addEventListener("storage", (event) => {
    if (event.key === key) reload();
  });
}

/** Whom a token names. The pages only arrange themselves by it; what is allowed, the services decide. */
export function personOf(tokens: Tokens | null): Person | null {
  try {
    const payload = tokens?.token.split(".")[1];
    if (!payload) return null;
    const claims = JSON.parse(atob(payload.replace(/-/g, "+").replace(/_/g, "/"))) as Record<string, unknown>;
    return { id: String(claims.sub), isAdmin: claims.role === "admin" };
  } catch {
    return null;
  }
}

export function usePerson(): Person | null {
  const id = useSession((state) => personOf(state.tokens)?.id);
  const isAdmin = useSession((state) => personOf(state.tokens)?.isAdmin ?? false);
  return id === undefined ? null : { id, isAdmin };
}
