import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { Button, LinkButton } from "@/shared/ui/Button";
import { Empty } from "@/shared/ui/Empty";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
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
  const products = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isHome = !isFiltered(filters);
  return (
    <>
      <title>
        {isHome ? "Glasshouse, a shop you can see through" : `${headingOf(filters)} · Glasshouse`}
      </title>
      {isHome && <Hero />}
      <section className="page py-8" id="products" aria-label="Products">
        {!isHome && <h1 className="title mb-6">{headingOf(filters)}</h1>}
        <FilterBar key={`${filters.min}-${filters.max}`} filters={filters} />
        {list.isPending && (
          <>
            <Loading what="products" />
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
          </>
        )}
        {list.isError && products.length === 0 && (
          <ErrorNotice
            error={list.error}
            title="The products could not be loaded."
            retry={() => void list.refetch()}
          />
        )}
        {list.isSuccess && products.length === 0 && (
          <Empty title="Nothing matches">
            <p className="mb-4">Try fewer words, another category or a wider range of prices.</p>
            <LinkButton look="quiet" to="/">
              Show everything
            </LinkButton>
          </Empty>
        )}
        {products.length > 0 && (
          <>
            <ul className={`${grid} transition-opacity ${list.isPlaceholderData ? "opacity-50" : ""}`}>
              {products.map((product, index) => (
                <ProductCard key={product.id} product={product} eager={index < 4} />
              ))}
            </ul>
            <div className="mt-8 flex flex-col items-center gap-4">
              <p role="status" className="text-faint">
                {list.hasNextPage
                  ? `${products.length} products so far`
                  : `All ${products.length} products are shown`}
              </p>
              {list.isFetchNextPageError && (
                <ErrorNotice error={list.error} title="The next products could not be loaded." />
              )}
              {list.hasNextPage && (
                <Button
                  look="quiet"
                  className="px-12"
                  busy={list.isFetchingNextPage}
                  onClick={() => void list.fetchNextPage()}
                >
                  Load more
                </Button>
              )}
            </div>
          </>
        )}
      </section>
    </>
  );
}

function headingOf({ q, category }: Filters): string {
  if (q) return category ? `“${q}” in ${category}` : `“${q}”`;
  return category || "By price";
}
