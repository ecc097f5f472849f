import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { plural } from "@/shared/plural";
import { Button } from "./Button";
import { ErrorNotice } from "./ErrorNotice";
import { Loading } from "./Skeleton";

interface Props<Item> {
  list: UseInfiniteQueryResult<InfiniteData<{ items: Item[] }>>;
  /** One of them, such as "product". */
  what: string;
  /** Where they will be, while they are loaded. */
  waiting: ReactNode;
  /** In their place when there are none. */
  empty: ReactNode;
  children: (items: Item[]) => ReactNode;
}

/** Whatever a list may look like: loading, failed, empty, or its items and more to load. */
export function PagedList<Item>({ list, what, waiting, empty, children }: Props<Item>) {
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const hasNone = list.isSuccess && items.length === 0;
  // With keepPreviousData it may be the question before that found nothing.
  const isWaiting = list.isPending || (hasNone && list.isPlaceholderData);
  return (
    <>
      {isWaiting && (
        <>
          <Loading what={`${what}s`} />
          {waiting}
        </>
      )}
      {list.isError && !list.isFetchNextPageError && (
        <ErrorNotice
          error={list.error}
          title={`The ${what}s could not be loaded.`}
          retry={() => void list.refetch()}
        />
      )}
      {items.length > 0 && children(items)}
      {/* Always there: what comes into a new one is not read out. */}
      <div role="status">
        {hasNone && !isWaiting && empty}
        {items.length > 0 && (
          <p className="mt-8 text-center text-faint">
            {plural(items.length, what)} shown{list.hasNextPage && " so far"}
          </p>
        )}
      </div>
      <div className="flex flex-col items-center">
        {list.isFetchNextPageError && (
          <div className="mt-4">
            <ErrorNotice error={list.error} title={`The next ${what}s could not be loaded.`} />
          </div>
        )}
        {list.hasNextPage && (
          <Button
            look="quiet"
            className="mt-4 px-12"
            busy={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Load more
          </Button>
        )}
      </div>
    </>
  );
}
