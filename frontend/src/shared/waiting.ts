import { ApiError } from "./api/problem";

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Nothing final came within the time that was given. */
export class TookTooLong<T> extends Error {
  constructor(readonly last: T | undefined) {
    super("Nothing final came in time.");
  }
}

/**
 * Ask until the answer is `final`, soon at first and then once a second.
 * An API that does not answer is asked again until the time is over. Rejects with TookTooLong, or with the ApiError
 * that the last question met.
 * @param read given the last answer, so that it may wait for another
 * @param limit ms
 */
export async function ask<T>(
  read: (last?: T) => Promise<T>,
  final: (answer: T) => boolean,
  limit: number,
): Promise<T> {
  const began = Date.now();
  let last: T | undefined;
  for (let pause = 250; ; pause = Math.min(1000, pause * 1.25)) {
    let trouble: ApiError | undefined;
    try {
      last = await read(last);
      if (final(last)) return last;
    } catch (error) {
      if (!(error instanceof ApiError && error.isTemporary)) throw error;
      trouble = error;
    }
    if (Date.now() - began + pause > limit) throw trouble ?? new TookTooLong(last);
    await sleep(Math.max(pause, (trouble?.retryAfter ?? 0) * 1000));
  }
}

/**
 * Send until it is answered. Only for what may be sent twice: reads, or writes with an Idempotency-Key.
 * @param troubled told of each failure before the next try
 */
export async function insist<T>(
  send: () => Promise<T>,
  troubled: (error: ApiError, tries: number) => void,
  tries = 5,
): Promise<T> {
  for (let done = 1; ; done++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ApiError && error.isTemporary) || done >= tries) throw error;
      troubled(error, done);
      await sleep((error.retryAfter ?? 1.5) * 1000);
    }
  }
}
