import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "@/shared/ui/Button";
import { Empty } from "@/shared/ui/Empty";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";

/** Whatever a list of the admin's pages may look like: loading, failed, empty, or its rows and more to load. */
export function AdminList<Item>({
  list,
  what,
  empty,
  row,
}: {
  list: UseInfiniteQueryResult<InfiniteData<{ items: Item[] }>>;
  what: string;
  empty: string;
  row: (item: Item) => ReactNode;
}) {
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {list.isPending && (
        <>
          <Loading what={what} />
          <Skeleton className="h-96" />
        </>
      )}
      {list.isError && (
        <ErrorNotice
          error={list.error}
          title={`The ${what} could not be loaded.`}
          retry={() => void list.refetch()}
        />
      )}
      {list.isSuccess && items.length === 0 && <Empty title={empty} />}
      {items.length > 0 && <ul className="pane divide-y divide-line">{items.map(row)}</ul>}
      {list.hasNextPage && (
        <div className="mt-6 text-center">
          <Button look="quiet" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load more
          </Button>
        </div>
      )}
    </>
  );
}
