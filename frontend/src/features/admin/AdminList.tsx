import type { ComponentProps, ReactNode } from "react";
import { Empty } from "@/shared/ui/Empty";
import { PagedList } from "@/shared/ui/PagedList";
import { Skeleton } from "@/shared/ui/Skeleton";

type Props<Item> = Pick<ComponentProps<typeof PagedList<Item>>, "list" | "what"> & {
  empty: string;
  row: (item: Item) => ReactNode;
};

/** A list of the admin's pages: one row below the other. */
export function AdminList<Item>({ list, what, empty, row }: Props<Item>) {
  return (
    <PagedList
      list={list}
      what={what}
      waiting={<Skeleton className="h-96" />}
      empty={<Empty title={empty} />}
    >
      {(items) => <ul className="pane divide-y divide-line">{items.map(row)}</ul>}
    </PagedList>
  );
}
