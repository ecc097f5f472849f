import { expect, test } from "vitest";
import { addressOf, asQuery, isFiltered, readFilters, type Filters } from "./filters";

const none: Filters = { q: "", category: "", min: "", max: "", sort: "newest" };

test("filters survive the way through an address", () => {
  const filters: Filters = {
    q: "tea & cake",
    category: "Home office",
    min: "5",
    max: "12.50",
    sort: "-price",
  };
  const { searchParams } = new URL(addressOf(filters), "http://shop");
  expect(readFilters(searchParams)).toEqual(filters);
});

test("what is as usual is not in the address", () => {
  expect(addressOf(none)).toBe("/");
  expect(addressOf({ ...none, category: "Garden" })).toBe("/?category=Garden");
});

test("an address made by anybody is taken for what is right in it", () => {
  const filters = readFilters(new URLSearchParams("sort=evil&min=abc&q=  mug "));
  expect(filters).toEqual({ ...none, min: "abc", q: "mug" });
  expect(asQuery(filters, "EUR")).toMatchObject({ q: "mug", minPrice: undefined, sort: "newest" });
});

test("the API gets prices in minor units", () => {
  expect(asQuery({ ...none, min: "5", max: "12.50" }, "EUR")).toMatchObject({
    minPrice: 500,
    maxPrice: 1250,
  });
});

test("another order is no filter", () => {
  expect(isFiltered({ ...none, sort: "name" })).toBe(false);
  expect(isFiltered({ ...none, min: "1" })).toBe(true);
});

test.each(["constructor", "toString", "__proto__"])("%s is no order of products", (sort) => {
  expect(readFilters(new URLSearchParams({ sort })).sort).toBe("newest");
});

test("the API is asked for nothing that it refuses", () => {
  const long = "😀".repeat(200);
  const filters = readFilters(new URLSearchParams({ q: "\0", category: `\0${long}`, min: "999999999" }));
  const { q, category, minPrice } = asQuery(filters, "EUR");
  expect(q).toBeUndefined();
  expect(category).toBe("😀".repeat(100));
  expect(minPrice).toBe(100_000_000);
});
