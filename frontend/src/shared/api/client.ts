import createClient from "openapi-fetch";
import { patience, renew } from "@/shared/session/renew";
import { useSession } from "@/shared/session/session";
import type { paths as OrderPaths } from "./generated/order";
import type { paths as PaymentPaths } from "./generated/payment";
import type { paths as ProductPaths } from "./generated/product";
import type { paths as UserPaths } from "./generated/user";
import { ApiError, fromBody, noAnswer } from "./problem";

/** The four services, which share one origin behind the gateway. */
export const api = createClient<UserPaths & ProductPaths & OrderPaths & PaymentPaths>({ fetch: authorised });

/** As fetch, with the session's token; when that has expired, once more with a new one. */
async function authorised(request: Request): Promise<Response> {
  const token = useSession.getState().tokens?.token;
  const again = request.clone();
  const response = await send(request, token);
  if (response.status !== 401 || token === undefined) return response;
  const renewed = await renew(token);
  return renewed === null ? response : send(again, renewed);
}

async function send(request: Request, token: string | undefined): Promise<Response> {
  if (token !== undefined) request.headers.set("Authorization", `Bearer ${token}`);
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(patience)]);
  try {
    return await fetch(new Request(request, { signal }));
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw noAnswer(error);
  }
}

/** The data of an answer. Rejects with ApiError for every other answer, and when there is none. */
export async function data<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call.catch(brokenOff);
  if (!response.ok) throw fromBody(response, error);
  return data as T;
}

/** An answer that breaks off in the middle is none. */
function brokenOff(error: unknown): never {
  if (error instanceof ApiError || (error instanceof Error && error.name === "AbortError")) throw error;
  throw new ApiError(0);
}
