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
  const send = (form: HTMLFormElement) => {
    const { failed, tags: text, ...given } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    set({ ...given, tags: `${text}${failed ? " error=true" : ""}`.trim() });
  };
  const input = (label: string, name: string, hint: string, value = asked[name], list?: string) => (
    <label className={list && "max-md:col-span-2"}>
      {label}
      <input name={name} defaultValue={value} placeholder={hint} list={list} className={FIELD} />
    </label>
  );
  const choice = (label: string, name: string, options: string[]) => (
    <label>
      {label}
      <select name={name} defaultValue={asked[name]} className={FIELD}>
        <option value="">all</option>
        {[...new Set([...options, asked[name] || options[0]])].map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
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
      {choice("Service", "service", known.services)}
      {choice("Operation", "operation", known.operations)}
      {input("Attributes", "tags", "shop.order.id=...", known.tags, "attributes")}
      <datalist id="attributes">
        {known.attributes.map((text) => (
          <option key={text} value={text} />
        ))}
      </datalist>
      {input("Longer than", "minDuration", "100ms")}
      {input("Shorter than", "maxDuration", "1.5s")}
      {input("Limit", "limit", limit)}
      <label className="control">
        <input name="failed" type="checkbox" defaultChecked={known.failed} /> Errors only
      </label>
      <button className="control">Find</button>
    </form>
  );
}
