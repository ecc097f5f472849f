import { useCallback, useMemo } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { create } from "zustand";
import { useAddress } from "../address";
import { absolute, DEFAULT, ends, given, isRange, resolve, widened, type Range, type Window } from "./range";

export const REFRESH: Record<string, number> = {
  off: 0,
  "1s": 1,
  "5s": 5,
  "10s": 10,
  "30s": 30,
  "1m": 60,
  "5m": 300,
};

/** The moment that everything on the page is drawn for. */
export const useNow = create(() => ({ now: Date.now() / 1000 }));
export const tick = () => useNow.setState({ now: Date.now() / 1000 });

/** The time range, which is in the address: each change is a step that Back undoes. */
export function useRange() {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const asked = given(params);
  const { from, to } = isRange(asked, useNow.getState().now) ? asked : DEFAULT;
  const range = useMemo(() => ({ from, to }), [from, to]);
  const setRange = useCallback(
    (next: Range, zoomed = false) => {
      tick();
      const changed = new URLSearchParams(location.search);
      changed.set("from", next.from);
      changed.set("to", next.to);
      void navigate({ search: `?${changed}` }, { state: { zoomed }, preventScrollReset: true });
    },
    [navigate],
  );
  return { range, setRange };
}

/** The exact time, and how a drawing over time changes it: a part of it, or twice as much. */
export function useStrip() {
  const { range, setRange } = useRange();
  const now = useNow((state) => state.now);
  const zoom = (from: number, to: number) => setRange(absolute(from, to));
  return { ...ends(range, now), zoom, back: () => setRange(widened(range, now)) };
}

export function useWindow(): Window {
  const { range } = useRange();
  const now = useNow((state) => state.now);
  return useMemo(() => resolve(range, now), [range, now]);
}

/** How often everything is asked for again: `10s`. */
export function useRefresh(): [string, (next: string) => void] {
  const [get, set] = useAddress();
  return [get("refresh") in REFRESH ? get("refresh") : "10s", (refresh) => set({ refresh }, true)];
}

/** What of the address another page of the console keeps: the time, and how often it is asked for. */
export function useKept(): string {
  const [params] = useSearchParams();
  const kept = new URLSearchParams([...params].filter(([name]) => ["from", "to", "refresh"].includes(name)));
  return kept.size ? `?${kept}` : "";
}
