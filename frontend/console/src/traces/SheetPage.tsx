import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate } from "react-router";
import { useAddress } from "~/shared/address";
import { ask } from "~/shared/http";
import { useStrip } from "~/shared/time/state";
import { Anchor } from "~/shared/ui/Anchor";
import { Cells, type Column, type Row } from "~/shared/ui/Cells";
import { Page } from "~/shared/ui/Page";

/** Made by console/sheets.py for the address of a page. */
interface Sheet {
  title: string;
  said: string;
  tables: { title: string; columns: Column[]; rows: Row[] }[];
  links: { value: string; to: string }[];
  picture?: { address: string; words: string };
  form?: { label: string; before: string };
  of_time: boolean;
}

/** What the server has computed: a picture, and tables whose headings sort. */
export function SheetPage() {
  const [get, set] = useAddress();
  const { from, to } = useStrip();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const time = new URLSearchParams({ from: String(from), to: String(to) });
  const { data, error, isFetching } = useQuery({
    queryKey: ["sheet", pathname, from, to],
    queryFn: ({ signal }) => ask<Sheet>(`/api/sheets${pathname}?${time}`, { signal }),
    placeholderData: keepPreviousData,
  });
  const { title = "", said, tables = [], links = [], picture, form } = data ?? {};
  const head = links.map((one) => (
    <Anchor key={one.to} to={one.to} className="link">
      {one.value}
    </Anchor>
  ));
  return (
    <Page title={title} error={error} busy={isFetching} head={head} isTimeless={!data?.of_time}>
      <p className="mb-3 text-faint">{said}</p>
      {form && (
        <form
          className="mb-3 flex flex-wrap gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            const text = String(new FormData(event.currentTarget).get("text")).trim();
            void navigate(form.before + encodeURIComponent(text));
          }}
        >
          <input
            name="text"
            aria-label={form.label}
            placeholder={form.label}
            required
            className="min-h-8 w-72 max-w-full rounded border border-line bg-pane px-2"
          />
          <button className="control">Compare</button>
        </form>
      )}
      {picture && (
        <div className="pane mb-3 overflow-x-auto" tabIndex={0} role="region" aria-label="Picture">
          <img src={picture.address} alt={picture.words} className="max-w-none" />
        </div>
      )}
      {tables.map((table) => (
        <section key={table.title} aria-label={table.title} className="mb-5">
          <h2 className="mb-1 font-semibold">{table.title}</h2>
          <div className="pane overflow-x-auto px-2 empty:hidden">
            <Cells {...table} sort={get("sort")} change={(sort) => set({ sort }, true)} />
          </div>
        </section>
      ))}
    </Page>
  );
}
