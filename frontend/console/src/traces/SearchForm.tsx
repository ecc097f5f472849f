import { useLayoutEffect, useRef, type InputHTMLAttributes } from "react";
import type { Found } from "~/shared/traces";

interface Props {
  limit: string;
  known: Omit<Found, "traces"> & { asked: Record<string, string> };
  set: (changes: Record<string, string>) => void;
}

const FIELD = "block min-h-8 w-full rounded border border-line bg-pane px-2 py-1 text-ink";

/** For a field that shows `value` whenever that changes, and otherwise what somebody types. */
function useShown<F extends HTMLInputElement | HTMLSelectElement>(value: string | boolean) {
  const field = useRef<F>(null);
  useLayoutEffect(() => {
    Object.assign(field.current!, typeof value === "string" ? { value } : { checked: value });
  }, [value]);
  return field;
}

type TextProps = InputHTMLAttributes<HTMLInputElement> & { label: string; value?: string };

function Text({ label, value = "", ...rest }: TextProps) {
  return (
    <label className={rest.list && "max-md:col-span-2"}>
      {label}
      <input ref={useShown<HTMLInputElement>(value)} className={FIELD} {...rest} />
    </label>
  );
}

function Choice({
  label,
  name,
  value = "",
  options,
}: Record<"label" | "name", string> & { value?: string; options: string[] }) {
  return (
    <label>
      {label}
      <select ref={useShown<HTMLSelectElement>(value)} name={name} className={FIELD}>
        <option value="">all</option>
        {[...new Set(value ? [...options, value] : options)].map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
}

/** What is searched for, in the names of Jaeger's address. A choice searches at once, a text by Enter. */
export function SearchForm({ limit, known, set }: Props) {
  const { asked } = known;
  const send = (form: HTMLFormElement) => {
    const { failed, tags: text, ...given } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    set({ ...given, tags: `${text}${failed ? " error=true" : ""}`.trim() });
  };
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
      <Choice label="Service" name="service" value={asked.service} options={known.services} />
      <Choice label="Operation" name="operation" value={asked.operation} options={known.operations} />
      <Text
        label="Attributes"
        name="tags"
        value={known.tags}
        placeholder="shop.order.id=..."
        list="attributes"
      />
      <datalist id="attributes">
        {known.attributes.map((text) => (
          <option key={text} value={text} />
        ))}
      </datalist>
      <Text label="Longer than" name="minDuration" value={asked.minDuration} placeholder="100ms" />
      <Text label="Shorter than" name="maxDuration" value={asked.maxDuration} placeholder="1.5s" />
      <Text label="Limit" name="limit" value={asked.limit} placeholder={limit} />
      <label className="control">
        <input ref={useShown<HTMLInputElement>(known.failed)} name="failed" type="checkbox" /> Errors only
      </label>
      <button className="control">Find</button>
    </form>
  );
}
