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
