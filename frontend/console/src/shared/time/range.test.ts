import { expect, test } from "vitest";
import { absolute, given, isRange, named, resolve, shifted, widened } from "./range";

const NOW = 1_800_000_003;

test("a range is asked for in about 300 steps, none shorter than a scrape", () => {
  expect(resolve({ from: "now-15m", to: "now" }, NOW)).toEqual({ from: NOW - 903, to: NOW - 3, step: 5 });
  const week = resolve({ from: "now-7d", to: "now" }, NOW);
  expect((week.to - week.from) / week.step).toBeGreaterThan(290);
  expect(week.to % week.step).toBe(0);
});

test("only what names two moments in their order is a range", () => {
  expect(isRange({ from: "now-15m", to: "now" }, NOW)).toBe(true);
  expect(isRange({ from: "1800000000000", to: "now" }, NOW)).toBe(true);
  expect(isRange({ from: "now", to: "now-15m" }, NOW)).toBe(false);
  expect(isRange({ from: "yesterday", to: "now" }, NOW)).toBe(false);
  expect(isRange({ from: "1800000000000", to: "1700000000000" }, NOW)).toBe(false);
});

test("shifting keeps the length and never shows the future", () => {
  const half = shifted(absolute(NOW - 2000, NOW - 1000), 1, NOW);
  expect(half).toEqual(absolute(NOW - 1500, NOW - 500));
  expect(shifted({ from: "now-10m", to: "now" }, 1, NOW)).toEqual(absolute(NOW - 600, NOW));
  expect(shifted({ from: "now-10m", to: "now" }, -1, NOW)).toEqual(absolute(NOW - 900, NOW - 300));
});

test("zooming out doubles, up to now", () => {
  expect(widened(absolute(NOW - 2000, NOW - 1000), NOW)).toEqual(absolute(NOW - 2500, NOW - 500));
  expect(widened({ from: "now-10m", to: "now" }, NOW)).toEqual(absolute(NOW - 1200, NOW));
});

test("a range has a name while it ends now", () => {
  expect(named({ from: "now-15m", to: "now" })).toBe("last 15 minutes");
  expect(named({ from: "now-1h", to: "now" })).toBe("last hour");
  expect(named({ from: "1800000000000", to: "now" })).toBeUndefined();
});

test("an address may have the time as Jaeger writes it", () => {
  const read = (query: string) => given(new URLSearchParams(query));
  expect(read("lookback=2h")).toEqual({ from: "now-2h", to: "now" });
  expect(read("start=1800000000000000&end=1800000060000000&lookback=custom")).toEqual({
    from: "1800000000000",
    to: "1800000060000",
  });
  expect(read("from=now-5m&to=now&lookback=2h")).toEqual({ from: "now-5m", to: "now" });
  expect(read("")).toEqual({ from: "now-15m", to: "now" });
});
