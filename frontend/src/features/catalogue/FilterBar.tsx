import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link, useNavigate } from "react-router";
import { parseMoney, shopCurrency } from "@/shared/money";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { addressOf, isFiltered, sorts, type Filters } from "./filters";
import { categoriesQuery } from "./queries";

/** Rows of a fixed height, so that nothing jumps when the categories come; on a phone price and sort are in a dialog. */
export function FilterBar({ filters }: { filters: Filters }) {
  const [isOpen, setIsOpen] = useState(false);
  const count = [filters.min || filters.max, filters.sort !== "newest"].filter(Boolean).length;
  return (
    <div className="mb-4 grid gap-3 sm:mb-5">
      <div className="flex min-w-0 gap-2">
        <Button
          look="quiet"
          className="shrink-0 rounded-full! px-4! md:hidden"
          onClick={() => setIsOpen(true)}
          aria-haspopup="dialog"
        >
          Filters{count > 0 && ` (${count})`}
        </Button>
        <Categories filters={filters} />
      </div>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3 max-md:hidden">
        <PriceRange filters={filters} />
        <SortBy filters={filters} />
      </div>
      {isFiltered(filters) && (
        <Link
          to={addressOf({ q: "", category: "", min: "", max: "", sort: filters.sort })}
          className="link max-md:hidden"
        >
          Clear filters
        </Link>
      )}
      {isOpen && (
        <Dialog title="Filters" close={() => setIsOpen(false)}>
          <div className="grid gap-6">
            <SortBy filters={filters} />
            <PriceRange filters={filters} done={() => setIsOpen(false)} />
            {isFiltered(filters) && (
              <Link
                to={addressOf({ q: "", category: "", min: "", max: "", sort: filters.sort })}
                className="link justify-self-start"
                onClick={() => setIsOpen(false)}
              >
                Clear filters
              </Link>
            )}
          </div>
        </Dialog>
      )}
    </div>
  );
}

function Categories({ filters }: { filters: Filters }) {
  const categories = useQuery(categoriesQuery);
  const isNarrowed = Boolean(filters.q || filters.min || filters.max); // the counts are of whole categories
  const chips = [{ name: "", count: 0 }, ...(categories.data?.items ?? [])];
  return (
    <nav aria-label="Categories" className="-mr-4 min-w-0 overflow-x-auto pr-4 sm:mr-0 sm:pr-0">
      <ul className="flex min-h-11 gap-2">
        {chips.map(({ name, count }) => {
          const isChosen = name === filters.category;
          return (
            <li key={name} className="shrink-0">
              <Link
                to={addressOf({ ...filters, category: name })}
                aria-current={isChosen ? "true" : undefined}
                preventScrollReset
                className={`flex min-h-11 items-center gap-2 rounded-full border px-3 ${
                  isChosen
                    ? "border-leaf bg-leaf font-semibold text-on-leaf"
                    : "border-edge bg-pane hover:border-leaf hover:text-leaf"
                }`}
              >
                {name || "All"}
                {count > 0 && !isNarrowed && <span className={isChosen ? "" : "text-faint"}>{count}</span>}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function SortBy({ filters }: { filters: Filters }) {
  const navigate = useNavigate();
  return (
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
  );
}

function PriceRange({ filters, done }: { filters: Filters; done?: () => void }) {
  const navigate = useNavigate();
  const [shown, setShown] = useState(filters);
  const [typed, setTyped] = useState({ min: filters.min, max: filters.max });
  const [fault, setFault] = useState("");
  if (shown.min !== filters.min || shown.max !== filters.max) {
    setShown(filters);
    setTyped({ min: filters.min, max: filters.max });
    setFault("");
  }
  const apply = (event: FormEvent) => {
    event.preventDefault();
    const [min, max] = [typed.min.trim(), typed.max.trim()];
    const [from, to] = [min, max].map((text) => (text === "" ? undefined : parseMoney(text, shopCurrency)));
    if ((min && from === undefined) || (max && to === undefined))
      return setFault("A price looks like 12 or 12.50.");
    if (from !== undefined && to !== undefined && from > to)
      return setFault("The lowest price is above the highest one.");
    setFault("");
    void navigate(addressOf({ ...filters, min, max }), { preventScrollReset: true });
    done?.();
  };
  return (
    <form onSubmit={apply} aria-label="Price range" noValidate>
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-sm font-semibold max-md:w-full" aria-hidden="true">
          Price
        </span>
        <PriceInput
          label="Lowest price"
          placeholder="from"
          value={typed.min}
          change={(min) => setTyped({ ...typed, min })}
        />
        <PriceInput
          label="Highest price"
          placeholder="to"
          value={typed.max}
          change={(max) => setTyped({ ...typed, max })}
        />
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

interface Price {
  label: string;
  placeholder: string;
  value: string;
  change: (value: string) => void;
}

function PriceInput({ label, placeholder, value, change }: Price) {
  return (
    <span className="relative">
      <span aria-hidden="true" className="absolute inset-y-0 left-3 flex items-center text-faint">
        €
      </span>
      <input
        className="field w-20 pl-7"
        aria-label={label}
        inputMode="decimal"
        placeholder={placeholder}
        value={value}
        onChange={(event) => change(event.target.value)}
      />
    </span>
  );
}
