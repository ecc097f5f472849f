import { expect, test } from "vitest";
import type { Variable } from "./model";
import { address, chosen, put, read, source, written } from "./variables";

const variable: Variable = {
  type: "query",
  name: "service",
  query: { query: "label_values(up, job)" },
  current: { value: "order" },
  multi: true,
  includeAll: true,
};
const options = ["order", "payment", "user.a"];

test("one value stands as it is, several become one expression of PromQL", () => {
  expect(put('up{job="$service"}', { service: "order" })).toBe('up{job="order"}');
  expect(put('up{job=~"${service}"}', { service: ["order", "user.a"] })).toBe(
    'up{job=~"(order|user\\\\.a)"}',
  );
  expect(put('up{job=~"$service"}', { service: ["user.a"] })).toBe('up{job=~"user\\\\.a"}');
  expect(put('{service=~"${service:regex}"}', { service: ["a", "b"] })).toBe('{service=~"(a|b)"}');
  expect(put("$other stays", {})).toBe("$other stays");
});

test("people read several values as a list", () => {
  expect(read("$service now", { service: ["a", "b"] })).toBe("a + b now");
});

test("an address has room for one value", () => {
  expect(address("/search?service=$service", { service: ["a"] })).toBe("/search?service=a");
  expect(address("/search?service=$service", { service: ["a", "b"] })).toBe("/search?service=");
});

test("the address chooses, what it does not know is left out", () => {
  expect(chosen(variable, ["payment", "nosuch"], options)).toEqual(["payment"]);
  expect(chosen(variable, ["$__all"], options)).toEqual(options);
  expect(chosen(variable, [], options)).toEqual(["order"]);
  expect(chosen(variable, ["nosuch"], ["x", "y"])).toEqual(["x"]);
  expect(chosen({ ...variable, multi: false }, ["payment", "order"], options)).toEqual(["payment"]);
});

test("all of them are written in one word, as Grafana does", () => {
  expect(written(variable, options, options)).toEqual(["$__all"]);
  expect(written(variable, ["order"], options)).toEqual(["order"]);
});

test("options are values of a label", () => {
  expect(source(variable)).toEqual({ series: "up", label: "job" });
});
