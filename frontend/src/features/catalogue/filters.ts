import type { Sort } from "@/shared/api/types";
import { parseMoney } from "@/shared/money";

/** What a customer asked for; it lives in the address, so that the back button and links work. */
export interface Filters {
  q: string;
  category: string;
  /** As typed, in major units. */
  min: string;
  max: string;
  sort: Sort;
}

export const sorts: Record<Sort, string> = {
  newest: "Newest",
  name: "Name",
  price: "Price, low to high",
  "-price": "Price, high to low",
};

export function readFilters(params: URLSearchParams): Filters {
  const of = (name: string) => params.get(name) ?? "";
  const sort = of("sort");
  return {
    q: searchable(of("q")).trim(),
    category: searchable(of("category")),
    min: of("min"),
    max: of("max"),
    sort: Object.hasOwn(sorts, sort) ? (sort as Sort) : "newest",
  };
}

/** As much of a text as the API takes: at most 100 characters, none of which is NUL. */
function searchable(text: string): string {
  return [...text.replaceAll("\0", "")].slice(0, 100).join("");
}

/** An address with these filters; what is as usual is left out. */
export function addressOf(filters: Filters): string {
  const params = new URLSearchParams();
  for (const name of ["q", "category", "min", "max"] as const) {
    if (filters[name]) params.set(name, filters[name]);
  }
  if (filters.sort !== "newest") params.set("sort", filters.sort);
  const text = params.toString();
  return text ? `/?${text}` : "/";
}

export function isFiltered({ q, category, min, max }: Filters): boolean {
  return Boolean(q || category || min || max);
}

/** The same as the API has it. A price that is none is left out: an address may have been made by anybody. */
export function asQuery(filters: Filters, currency: string) {
  return {
    q: filters.q || undefined,
    category: filters.category || undefined,
    minPrice: price(filters.min, currency),
    maxPrice: price(filters.max, currency),
    sort: filters.sort,
  };
}

/** A price to search by: no product costs more than the highest. */
function price(typed: string, currency: string): number | undefined {
  const minor = parseMoney(typed, currency);
  return minor === undefined ? undefined : Math.min(minor, highest);
}

const highest = 100_000_000; // minor units, as the product service has it
