import type { ReactNode } from "react";
import type { search } from "~/shared/traces";

interface Props {
  limit: string;
  known: Awaited<ReturnType<typeof search>> & { asked: Record<string, string> };
  set: (changes: Record<string, string>) => void;
}

const FIELD = "block min-h-8 w-full rounded border border-line bg-pane px-2 py-1 text-ink";

/** What is searched for, in the names of Jaeger's address. A choice searches at once, a text by Enter. */
export function SearchForm({ limit, known, set }: Props) {
  const { asked } = known;
  const { error, ...tags } = known.tags;
  const send = (form: HTMLFormElement) => {
    const { failed, tags: text, ...given } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    set({ ...given, tags: `${text}${failed ? " error=true" : ""}`.trim() });
  };
  const input = (name: string, hint: string, list?: string) => (
    <input name={name} defaultValue={asked[name]} placeholder={hint} list={list} className={FIELD} />
  );
  const choice = (name: string, options: string[]) => (
    <select name={name} defaultValue={asked[name]} className={FIELD}>
      <option value="">all</option>
      {[...new Set([...options, asked[name] || options[0]])].map((option) => (
        <option key={option}>{option}</option>
      ))}
    </select>
  );
  return (
    <form
      aria-label="Search for traces"
      className="mb-3 grid grid-cols-2 items-end gap-2 text-xs text-faint md:grid-cols-[1fr_1fr_2fr_5rem_5rem_4rem_auto_auto]"
      onSubmit={(event) => {
        event.preventDefault();
        send(event.currentTarget);
      }}
      onChange={({ target, currentTarget }) =>
        (target as Element).matches("select, [type=checkbox]") && send(currentTarget)
      }
    >
      <Labelled name="Service">{choice("service", known.services)}</Labelled>
      <Labelled name="Operation">{choice("operation", known.operations)}</Labelled>
      <Labelled name="Attributes" wide>
        <input
          name="tags"
          defaultValue={written(tags)}
          list="attributes"
          placeholder="shop.order.id=..."
          className={FIELD}
        />
        <datalist id="attributes">
          {known.attributes.map((text) => (
            <option key={text} value={text} />
          ))}
        </datalist>
      </Labelled>
      <Labelled name="Longer than">{input("minDuration", "100ms")}</Labelled>
      <Labelled name="Shorter than">{input("maxDuration", "1.5s")}</Labelled>
      <Labelled name="Limit">{input("limit", limit)}</Labelled>
      <label className="control">
        <input name="failed" type="checkbox" defaultChecked={error === "true"} /> Errors only
      </label>
      <button className="control">Find</button>
    </form>
  );
}

/** Attributes as one writes them. */
const written = (tags: Record<string, string>) =>
  Object.entries(tags)
    .map(([key, value]) => `${key}=${/^[^\s"]+$/.test(value) ? value : `"${value}"`}`)
    .join(" ");

function Labelled({ name, wide, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <label className={wide ? "max-md:col-span-2" : ""}>
      {name}
      {children}
    </label>
  );
}
