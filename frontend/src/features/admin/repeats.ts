import { useRef } from "react";
import { randomId } from "@/telemetry";

/** The Idempotency-Key of what a form sends: the same as long as the same is sent, so that a repeat is done once. */
export function useIdempotencyKey(): (sent: unknown) => string {
  const last = useRef({ sent: "", key: "" });
  return (sent) => {
    const text = JSON.stringify(sent);
    if (text !== last.current.sent) last.current = { sent: text, key: randomId() };
    return last.current.key;
  };
}
