import { useQuery } from "@tanstack/react-query";
import { useId, useState, type FormEvent, type KeyboardEvent } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { formatMoney } from "@/shared/money";
import { useSettled } from "@/shared/useSettled";
import { readFilters } from "./filters";
import { suggestionsQuery } from "./queries";

/** Searches everything: a category that was chosen before would hide what is looked for. Suggests while one types. */
export function SearchBox() {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const id = useId();
  const searched = readFilters(params).q;
  const [words, setWords] = useState(searched);
  const [shown, setShown] = useState(searched);
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const asked = useSettled(isOpen ? words.trim() : "");
  const { data } = useQuery(suggestionsQuery(asked));
  if (shown !== searched) {
    setShown(searched);
    setWords(searched);
  }
  const products = isOpen && asked.length >= 2 && words.trim().length >= 2 ? (data?.items ?? []) : [];
  const leave = (to: string) => {
    setIsOpen(false);
    setActive(-1);
    void navigate(to);
  };
  const search = (event: FormEvent) => {
    event.preventDefault();
    const chosen = products[active];
    const q = words.trim();
    leave(chosen ? `/products/${chosen.id}` : q ? `/?q=${encodeURIComponent(q)}` : "/");
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape") setIsOpen(false);
    if (!products.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    const places = products.length + 1; // one of them is the field itself
    setActive(((active + 1 + step + places) % places) - 1);
  };
  return (
    <form
      role="search"
      onSubmit={search}
      className="relative order-last w-full md:order-none md:w-96 md:min-w-40 md:shrink"
    >
      <input
        type="search"
        role="combobox"
        aria-expanded={products.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={products[active] ? `${id}-${active}` : undefined}
        autoComplete="off"
        className="field rounded-full pr-12 pl-4"
        aria-label="Search products"
        placeholder="Search"
        maxLength={100}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setIsOpen(true);
          setActive(-1);
        }}
        onKeyDown={press}
        onBlur={() => setIsOpen(false)}
      />
      <button
        type="submit"
        aria-label="Search"
        className="absolute inset-y-0 right-0 flex w-11 items-center justify-center rounded-full text-faint hover:text-leaf"
      >
        <svg
          viewBox="0 0 24 24"
          className="size-5"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          aria-hidden="true"
        >
          <circle cx="11" cy="11" r="6" />
          <path d="m20 20-4.5-4.5" strokeLinecap="round" />
        </svg>
      </button>
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label="Suggestions"
        className={`absolute inset-x-0 top-full z-30 mt-2 overflow-hidden rounded-pane border border-line bg-pane py-1 shadow-lg ${products.length ? "" : "hidden"}`}
      >
        {products.map((product, index) => (
          <li
            key={product.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            // The field keeps the focus, so that the list is there until the click has ended.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => leave(`/products/${product.id}`)}
            className={`flex min-h-11 cursor-pointer items-center gap-3 px-3 py-1.5 hover:bg-leaf-soft ${index === active ? "bg-leaf-soft" : ""}`}
          >
            <img src={product.imageUrl} alt="" width={36} height={36} className="size-9 rounded" />
            <span className="min-w-0 grow truncate">{product.name}</span>
            <span className="text-faint tabular-nums">
              {formatMoney(product.priceCents, product.currency)}
            </span>
          </li>
        ))}
      </ul>
    </form>
  );
}
