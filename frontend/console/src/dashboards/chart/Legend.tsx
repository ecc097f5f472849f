import { format } from "~/shared/units";
import type { Series } from "../data";
import type { Panel } from "../model";
import type { Paint } from "../paint";
import { Swatch } from "./Tip";

const CALCS: Record<string, { title: string; of: (values: number[]) => number }> = {
  lastNotNull: { title: "last", of: (values) => values.at(-1) ?? NaN },
  max: { title: "max", of: (values) => Math.max(...values) },
  mean: { title: "mean", of: (values) => values.reduce((sum, value) => sum + value, 0) / values.length },
};

interface Props {
  panel: Panel;
  series: Series[];
  paints: Paint[];
  hidden: ReadonlySet<string>;
  change: (hidden: ReadonlySet<string>) => void;
}

/** Names, colours and values. A click shows that series alone, and again all; with Ctrl or ⌘ it hides or shows one. */
export function Legend({ panel, series, paints, hidden, change }: Props) {
  const calcs = (panel.options?.legend?.calcs ?? []).flatMap((name) => CALCS[name] ?? []);
  const { unit, decimals } = panel.fieldConfig.defaults;
  const names = series.map(({ name }) => name);
  const button = (name: string, index: number) => (
    <button
      type="button"
      aria-pressed={!hidden.has(name)}
      title="Click: this one alone. Ctrl-click: hide or show it."
      onClick={(event) => change(clicked(name, names, hidden, event.ctrlKey || event.metaKey))}
      className="flex max-w-full gap-1.5 text-left text-faint hover:text-ink aria-[pressed=false]:opacity-45"
    >
      <Swatch colour={paints[index]?.colour} />
      <span className="truncate">{name}</span>
    </button>
  );
  if (!calcs.length)
    return (
      <ul className="flex max-h-16 shrink-0 flex-wrap gap-x-3 overflow-y-auto text-[0.7rem]">
        {names.map((name, index) => (
          <li key={name}>{button(name, index)}</li>
        ))}
      </ul>
    );
  return (
    <div className="max-h-[38%] shrink-0 overflow-y-auto text-[0.7rem] leading-tight">
      <table className="w-full table-fixed">
        <thead className="sticky top-0 bg-pane text-right text-faint">
          <tr>
            <th aria-label="Series" />
            {calcs.map(({ title }) => (
              <th key={title} className="w-20 pl-2 font-normal">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.map(({ name, values }, index) => (
            <tr key={name}>
              <td>{button(name, index)}</td>
              {calcs.map(({ title, of }) => (
                <td key={title} className="pl-2 text-right whitespace-nowrap tabular-nums">
                  {format(reduced(values, of), unit, decimals)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function reduced(values: (number | null)[], of: (known: number[]) => number): number | undefined {
  const known = values.filter((value) => value !== null);
  return known.length ? of(known) : undefined;
}

/** Which series are hidden after a click on one. */
export function clicked(
  name: string,
  names: string[],
  hidden: ReadonlySet<string>,
  add: boolean,
): ReadonlySet<string> {
  const others = names.filter((other) => other !== name);
  if (!add)
    return others.every((other) => hidden.has(other)) && !hidden.has(name) ? new Set() : new Set(others);
  const next = new Set(hidden);
  if (!next.delete(name)) next.add(name);
  return next;
}
