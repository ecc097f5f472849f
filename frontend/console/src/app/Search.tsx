import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useSettled } from "@/shared/useSettled";
import { ask } from "~/shared/http";
import { Icon } from "~/shared/ui/Icon";

/** Something that the search leads to. */
type Found = Record<"kind" | "title" | "to", string>;

const findQuery = (text: string) =>
  queryOptions({
    queryKey: ["find", text],
    queryFn: ({ signal }) =>
      ask<{ found: Found[] }>(`/api/find?${new URLSearchParams({ text })}`, { signal }),
    enabled: text.length > 1,
    retry: false,
  });

/** Finds what a text is: the id of an order, a request or a trace, an error, a dashboard, an alert. */
export function Search() {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const client = useQueryClient();
  const wanted = text.trim();
  const asked = useSettled(wanted);
  const { data, error } = useQuery(findQuery(asked));
  const found = asked === wanted ? (data?.found ?? []) : [];
  const isShown = open && wanted.length > 1;
  const go = (one: Found) => {
    setOpen(false);
    setText("");
    field.current?.blur();
    void navigate(one.to);
  };
  /** The chosen one; the first one as soon as there is an answer, unless something else was done until then. */
  const enter = async () => {
    if (wanted.length < 2) return;
    const answer = await client.ensureQueryData(findQuery(wanted)).catch(() => null); // the list says why
    const isWaiting = document.activeElement === field.current && field.current?.value.trim() === wanted;
    const one = answer?.found[at];
    if (isWaiting && one) go(one);
  };
  return (
    <div className="relative order-last w-full sm:order-none sm:w-72">
      <span className="pointer-events-none absolute top-2 left-2 text-faint">
        <Icon of="find" />
      </span>
      <input
        ref={field}
        id="search"
        type="search"
        role="combobox"
        aria-label="Search"
        aria-expanded={isShown}
        aria-controls={list}
        aria-activedescendant={open && found.length ? `${list}-${at}` : undefined}
        placeholder="An id, an error, a dashboard"
        value={text}
        className="min-h-8 w-full rounded border border-line bg-pane py-1 pr-2 pl-8 text-sm placeholder:text-faint"
        onChange={(event) => {
          setText(event.target.value);
          setOpen(true);
          setAt(0);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={(event) => {
          if (event.key === "Escape") setOpen(false);
          if (event.key === "Enter") void enter();
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step && found.length) {
            event.preventDefault();
            setAt((at + step + found.length) % found.length);
          }
        }}
      />
      {isShown && (
        <ul
          id={list}
          role="listbox"
          aria-label="Found"
          className="popup mt-1 max-h-96 w-full overflow-y-auto"
        >
          {found.map((one, index) => (
            <li
              key={one.kind + one.to}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === at}
              className="entry flex cursor-pointer gap-2"
              // The field keeps the focus, so that the list is there until the click has ended.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => go(one)}
            >
              <span className="w-20 shrink-0 text-faint">{one.kind}</span>
              <span className="min-w-0 truncate">{one.title}</span>
            </li>
          ))}
          {!found.length && (
            <li role="status" className="px-2.5 py-1.5 text-faint">
              {asked !== wanted || !(data || error)
                ? "Searching"
                : (error?.message ?? "Nothing has this name or id.")}
            </li>
          )}
        </ul>
      )}
    </div>
  );
}
