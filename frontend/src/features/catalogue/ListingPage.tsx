import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import type { ProductPage } from "@/shared/api/types";
import { plural } from "@/shared/plural";
import { LinkButton } from "@/shared/ui/Button";
import { Empty } from "@/shared/ui/Empty";
import { PagedList } from "@/shared/ui/PagedList";
import { Skeleton } from "@/shared/ui/Skeleton";
import { isFiltered, readFilters, type Filters } from "./filters";
import { FilterBar } from "./FilterBar";
import { Hero } from "./Hero";
import { ProductCard } from "./ProductCard";
import { productsQuery } from "./queries";

const grid = "panes grid-cols-2 md:grid-cols-3 xl:grid-cols-4";

export function Component() {
  const [params] = useSearchParams();
  const filters = readFilters(params);
  const list = useInfiniteQuery({ ...productsQuery(filters), placeholderData: keepPreviousData });
  const isHome = !isFiltered(filters);
  return (
    <>
      <title>
        {isHome ? "Glasshouse, a shop you can see through" : `${headingOf(filters)} · Glasshouse`}
      </title>
      {isHome && <Hero />}
      <section className="page py-4 sm:py-6" id="products" aria-label="Products">
        {!isHome && (
          <Heading filters={filters} found={list.isPlaceholderData ? undefined : list.data?.pages[0]} />
        )}
        <FilterBar filters={filters} />
        <PagedList list={list} what="product" waiting={<Waiting />} empty={<Nothing />}>
          {(products) => (
            <ul className={`${grid} transition-opacity ${list.isPlaceholderData ? "opacity-50" : ""}`}>
              {products.map((product, index) => (
                <ProductCard key={product.id} product={product} eager={index < 4} />
              ))}
            </ul>
          )}
        </PagedList>
      </section>
    </>
  );
}

function Waiting() {
  return (
    <ul aria-hidden="true" className={grid}>
      {Array.from({ length: 12 }, (_, index) => (
        <li key={index}>
          <Skeleton className="aspect-square rounded-none" />
          <div className="grid gap-2 p-4 sm:p-5">
            <Skeleton className="h-4 w-1/3" />
            <Skeleton className="h-6 w-3/4" />
            <Skeleton className="mt-4 h-8 w-1/2" />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Nothing() {
  return (
    <Empty title="Nothing matches">
      <p className="mb-4">Try fewer words, another category or a wider price range.</p>
      <LinkButton look="quiet" to="/">
        Show all products
      </LinkButton>
    </Empty>
  );
}

/** What is shown, how much of it there is, and what was searched for in place of what was typed. */
function Heading({ filters, found }: { filters: Filters; found: ProductPage | undefined }) {
  const total = found?.total ?? undefined;
  const heading = headingOf({ ...filters, q: found?.searchedFor ?? filters.q });
  const amount =
    total === undefined
      ? ""
      : total >= counted
        ? `${plural(total, "result")} or more`
        : plural(total, "result");
  return (
    <div className="mb-4">
      <h1 className="font-display text-3xl font-medium tracking-tight sm:text-4xl">
        {filters.q && amount ? `${amount} for ${heading}` : heading}
      </h1>
      {found?.searchedFor ? (
        <p role="status" className="mt-1 text-faint">
          Nothing matches “{filters.q}”. Showing results for{" "}
          <strong className="text-ink">{found.searchedFor}</strong>.
        </p>
      ) : (
        !filters.q && amount && <p className="mt-1 text-faint">{amount}</p>
      )}
    </div>
  );
}

const counted = 1000; // as the product service counts

function headingOf({ q, category }: Filters): string {
  if (q) return category ? `“${q}” in ${category}` : `“${q}”`;
  return category || "By price";
}
