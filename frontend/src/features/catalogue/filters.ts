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
  const sort = params.get("sort") ?? "";
  return {
    q: params.get("q")?.trim() ?? "",
    category: params.get("category") ?? "",
    min: params.get("min") ?? "",
    max: params.get("max") ?? "",
    sort: sort in sorts ? (sort as Sort) : "newest",
  };
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
    q: filters.q.slice(0, 100) || undefined,
    category: filters.category || undefined,
    minPrice: parseMoney(filters.min, currency),
    maxPrice: parseMoney(filters.max, currency),
    sort: filters.sort,
  };
}
