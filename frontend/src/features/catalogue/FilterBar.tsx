import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link, useNavigate } from "react-router";
import { parseMoney, shopCurrency } from "@/shared/money";
import { addressOf, isFiltered, sorts, type Filters } from "./filters";
import { categoriesQuery } from "./queries";

export function FilterBar({ filters }: { filters: Filters }) {
  const categories = useQuery(categoriesQuery);
  const navigate = useNavigate();
  const chips = [{ name: "", count: 0 }, ...(categories.data?.items ?? [])];
  return (
    <div className="mb-6 grid gap-4">
      <nav aria-label="Categories" className="-mx-4 overflow-x-auto px-4 sm:mx-0 sm:px-0">
        <ul className="flex min-h-11 gap-2 sm:flex-wrap">
          {chips.map(({ name, count }) => {
            const isChosen = name === filters.category;
            return (
              <li key={name} className="shrink-0">
                <Link
                  to={addressOf({ ...filters, category: name })}
                  aria-current={isChosen ? "true" : undefined}
                  preventScrollReset
                  className={`flex min-h-11 items-center gap-2 rounded-full border px-4 ${
                    isChosen
                      ? "border-leaf bg-leaf font-semibold text-on-leaf"
                      : "border-edge bg-pane hover:border-leaf hover:text-leaf"
                  }`}
                >
                  {name || "Everything"}
                  {count > 0 && <span className={isChosen ? "" : "text-faint"}>{count}</span>}
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <div className="flex flex-wrap items-end justify-between gap-4">
        <PriceRange filters={filters} />
        <div className="flex items-center gap-4">
          {isFiltered(filters) && (
            <Link
              to={addressOf({ q: "", category: "", min: "", max: "", sort: filters.sort })}
              className="link"
            >
              Clear filters
            </Link>
          )}
          <label className="flex items-center gap-3">
            <span className="shrink-0 text-sm font-semibold">Sort by</span>
            <select
              className="field"
              value={filters.sort}
              onChange={(event) =>
                void navigate(addressOf({ ...filters, sort: event.target.value as Filters["sort"] }), {
                  preventScrollReset: true,
                })
              }
            >
              {Object.entries(sorts).map(([sort, label]) => (
                <option key={sort} value={sort}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
    </div>
  );
}

function PriceRange({ filters }: { filters: Filters }) {
  const navigate = useNavigate();
  const [fault, setFault] = useState("");
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [min, max] = [String(form.get("min")).trim(), String(form.get("max")).trim()];
    const [from, to] = [min, max].map((typed) =>
      typed === "" ? undefined : parseMoney(typed, shopCurrency),
    );
    if ((min && from === undefined) || (max && to === undefined))
      return setFault("Prices look like 12 or 12.50.");
    if (from !== undefined && to !== undefined && from > to)
      return setFault("The lower price is above the higher one.");
    setFault("");
    void navigate(addressOf({ ...filters, min, max }), { preventScrollReset: true });
  };
  return (
    <form onSubmit={apply} aria-label="Price range">
      <div className="flex flex-wrap items-center gap-2">
        <span className="w-full text-sm font-semibold sm:w-auto" aria-hidden="true">
          Price
        </span>
        <PriceInput name="min" label="Lowest price" value={filters.min} placeholder="from" />
        <PriceInput name="max" label="Highest price" value={filters.max} placeholder="to" />
        <button
          type="submit"
          className="min-h-11 rounded-pane border border-edge px-4 font-semibold hover:border-leaf hover:text-leaf"
        >
          Apply
        </button>
      </div>
      {fault && (
        <p role="alert" className="mt-2 text-sm font-medium text-clay">
          {fault}
        </p>
      )}
    </form>
  );
}

function PriceInput(props: { name: string; label: string; value: string; placeholder: string }) {
  return (
    <span className="relative">
      <span aria-hidden="true" className="absolute inset-y-0 left-3 flex items-center text-faint">
        €
      </span>
      <input
        className="field w-24 pl-7"
        name={props.name}
        aria-label={props.label}
        inputMode="decimal"
        defaultValue={props.value}
        placeholder={props.placeholder}
      />
    </span>
  );
}
