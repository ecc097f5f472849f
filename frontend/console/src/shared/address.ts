import { useEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router";

type Changes = Record<string, string>;

const REST_MS = 400; // Safari refuses more than 100 changes of the address in 30 s
const NONE: { changes: Changes; isWritten: boolean } = { changes: {}, isWritten: true };

/**
 * What the address asks for, by name, and how to change it: an empty text takes a name out.
 *
 * A change is a step that Back undoes. One that replaces what was there is seen at once; a held key and somebody who
 * types make many of these, so the address is written at once and then only from time to time.
 */
export function useAddress() {
  const [params, setParams] = useSearchParams();
  const [seen, setSeen] = useState(params);
  const [waiting, setWaiting] = useState(NONE);
  const written = useRef(0); // when, in ms since the page was opened
  if (seen !== params) {
    setSeen(params);
    if (waiting.isWritten) setWaiting(NONE);
  }
  useEffect(() => {
    if (waiting.isWritten) return;
    const timer = setTimeout(
      () => {
        written.current = performance.now();
        setWaiting({ ...waiting, isWritten: true });
        setParams((before) => changed(before, waiting.changes), { replace: true, preventScrollReset: true });
      },
      Math.max(0, written.current + REST_MS - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [waiting, setParams]);

  const get = (name: string) => waiting.changes[name] ?? params.get(name) ?? "";
  const set = (changes: Changes, replace = false) => {
    if (replace) {
      setWaiting((before) => ({ changes: { ...before.changes, ...changes }, isWritten: false }));
      return;
    }
    setWaiting((before) => ({ ...before, isWritten: true }));
    setParams((before) => changed(before, { ...waiting.changes, ...changes }), { preventScrollReset: true });
  };
  return [get, set] as const;
}

function changed(params: URLSearchParams, changes: Changes): URLSearchParams {
  for (const [name, value] of Object.entries(changes)) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  return params;
}
