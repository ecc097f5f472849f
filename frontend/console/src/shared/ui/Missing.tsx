import { BoardList } from "./BoardList";

/** What was asked for is not there; this is what there is. */
export function Missing({ what }: { what: string }) {
  return (
    <div className="mx-auto max-w-xl px-3 py-12">
      <h1 className="title mb-4">There is no such page</h1>
      <p>{what} There are the runbooks, and these dashboards:</p>
      <BoardList />
      <a href="/public/docs/runbooks.html" className="link">
        Runbooks
      </a>
    </div>
  );
}
