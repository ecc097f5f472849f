import { useEffect, useState } from "react";
import { ApiError } from "@/shared/api/problem";
import { Button } from "./Button";
import { Ids } from "./Ids";

interface Props {
  error: unknown;
  /** What could not be done, as a sentence. */
  title?: string;
  /** The title when it may have been done all the same. */
  unknown?: string;
  retry?: (() => void) | undefined;
}

/** What went wrong, whether to try again and when, and the ids to find it by. */
export function ErrorNotice({ error, title = "That did not work.", unknown = title, retry }: Props) {
  const problem = error instanceof ApiError ? error : undefined;
  const wait = useCountdown(problem?.status === 429 ? problem.retryAfter : undefined, error);
  return (
    <div role="alert" className="rounded-pane border border-clay bg-clay-soft p-5">
      <p className="font-semibold text-clay">{problem?.mayBeDone ? unknown : title}</p>
      <p className="mt-1">{explain(error)}</p>
      {problem?.status === 429 && (
        <p className="mt-1" aria-live="off">
          {wait > 0 ? `Try again in ${wait} s.` : "You can try again now."}
        </p>
      )}
      {retry && (
        <Button look="quiet" className="mt-4" onClick={retry} disabled={wait > 0}>
          Try again
        </Button>
      )}
      <Ids requestId={problem?.requestId} traceId={problem?.traceId} />
    </div>
  );
}

export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return "Something on this page broke. Reloading it may help.";
  if (error.status === 0)
    return navigator.onLine
      ? "The shop is not answering. It may be restarting."
      : "You are offline. Try again when you are online.";
  if (error.status === 429) return "That was too many tries in a short time.";
  if (error.status >= 502 && error.status <= 504) return "Part of the shop is not answering at the moment.";
  return error.detail;
}

/** Seconds left of `seconds`, counted from when `since` came to be. */
function useCountdown(seconds: number | undefined, since: unknown): number {
  const [left, setLeft] = useState(seconds ?? 0);
  const [counted, setCounted] = useState(since);
  if (counted !== since) {
    setCounted(since);
    setLeft(seconds ?? 0);
  }
  const counting = left > 0;
  useEffect(() => {
    if (!counting) return;
    const timer = setInterval(() => setLeft((value) => Math.max(0, value - 1)), 1000);
    return () => clearInterval(timer);
  }, [counting, since]);
  return left;
}
