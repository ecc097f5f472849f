import { QueryClient } from "@tanstack/react-query";
import { forgetOthers } from "@/features/checkout/checkout";
import { ApiError } from "@/shared/api/problem";
import { personOf, useSession } from "@/shared/session/session";

export const queryClient = new QueryClient({
  defaultOptions: {
    mutations: { networkMode: "always" },
    queries: {
      networkMode: "always", // offline is an answer, and not a page that waits
      refetchOnReconnect: true,
      staleTime: 5_000, // as old as the services' own caches may be
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && error.isTemporary && error.status !== 429,
      retryDelay: (failures, error) =>
        error instanceof ApiError && error.retryAfter ? error.retryAfter * 1000 : 500 * 2 ** failures,
    },
  },
});

/** What one person saw is not for the next. */
export function forgetOnOtherPerson(): void {
  useSession.subscribe(({ tokens, expired }, before) => {
    const person = personOf(tokens)?.id;
    if (person === personOf(before.tokens)?.id) return;
    queryClient.removeQueries({
      predicate: ({ queryKey }) => queryKey[0] !== "products" && queryKey[0] !== "config",
    });
    if (!expired) forgetOthers(person); // whose session expired is expected back
  });
}
