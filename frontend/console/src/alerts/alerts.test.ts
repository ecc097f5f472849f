import { expect, test } from "vitest";
import type { Silence } from "~/shared/alertmanager";
import { lines, threshold } from "./rules";

const alert = (state: "firing" | "pending", service: string) => ({
  labels: { alertname: "Slow", service },
  annotations: {},
  state,
  activeAt: "2026-01-01T00:00:00Z",
  value: "1",
});
const rule = {
  name: "Slow",
  query: "a > 1",
  duration: 60,
  labels: { severity: "page" },
  annotations: {},
  health: "ok",
  alerts: [alert("pending", "b"), alert("firing", "a"), alert("firing", "c")],
};
const silence: Silence = {
  id: "1",
  matchers: [{ name: "service", value: "a|x", isRegex: true, isEqual: true }],
  startsAt: "",
  endsAt: "",
  createdBy: "",
  comment: "",
  status: { state: "active" },
};

test("what fires comes first, then what is about to, what is silent, and what is well", () => {
  const quiet = { ...rule, name: "Quiet", alerts: [] };
  expect(lines([quiet, rule], [silence]).map(({ state, alert: a }) => [state, a?.labels.service])).toEqual([
    ["firing", "c"],
    ["pending", "b"],
    ["silent", "a"],
    ["well", undefined],
  ]);
});

test("a silence that is over, or is for others, holds nothing back", () => {
  expect(
    lines([rule], [{ ...silence, status: { state: "expired" } }]).map(({ state }) => state),
  ).not.toContain("silent");
  const others = [{ name: "service", value: "a", isRegex: false, isEqual: false }];
  expect(
    lines([rule], [{ ...silence, matchers: others }]).filter(({ state }) => state === "silent"),
  ).toHaveLength(2);
});

test.each([
  ["sum by (service) (rate(x[1m])) > 0.2", "> 0.2"],
  ["up == 0", "== 0"],
  ["a > b", undefined],
])("the threshold of %s is %s", (query, found) => {
  expect(threshold(query)).toBe(found);
});
