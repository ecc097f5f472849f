import { clock } from "../time/format";
import { format } from "../units";
import { Anchor } from "./Anchor";

export interface Column {
  name: string;
  /** `text`, `time`, or a unit of Grafana. */
  kind: string;
  decimals?: number;
}

export interface Row {
  cells: { value: string | number | null; to?: string; colour?: string }[];
  depth?: number;
}

interface Props {
  columns: Column[];
  rows: Row[];
  /** The name of a column, with `-` before it where the greatest comes first. */
  sort: string;
  change: (sort: string) => void;
}

/** Rows below headings. A click on a heading sorts by it, the next one turns that round. */
export function Cells({ columns, rows, sort, change }: Props) {
  const isDown = sort.startsWith("-");
  const by = columns.findIndex(({ name }) => name === sort.slice(Number(isDown)));
  const sorted = rows.toSorted((a, b) => compared(a, b, by) * (isDown ? -1 : 1));
  return (
    <table className="cells">
      <thead>
        <tr>
          {columns.map(({ name, kind }, at) => (
            <th
              key={name}
              className={kind === "text" ? "" : "number"}
              aria-sort={at !== by ? undefined : isDown ? "descending" : "ascending"}
            >
              <button
                type="button"
                onClick={() => change((at === by ? isDown : kind === "text") ? name : `-${name}`)}
              >
                {name}
                {at === by && (isDown ? " ↓" : " ↑")}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sorted.map(({ cells, depth = 0 }, row) => (
          <tr key={row}>
            {columns.map(({ name, kind, decimals }, at) => {
              const { value = "", to, colour } = cells[at] ?? {};
              return (
                <td key={name} className={kind === "text" ? "" : "number"}>
                  {at === 0 && <i style={{ paddingLeft: depth * 12 }} />}
                  {colour && <i className="mr-1.5 border-l-4" style={{ borderColor: colour }} />}
                  <Anchor to={to} className="link">
                    {typeof value !== "number"
                      ? value
                      : kind === "time"
                        ? clock(value)
                        : format(value, kind, decimals)}
                  </Anchor>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function compared(a: Row, b: Row, by: number): number {
  const [first, second] = [a.cells[by]?.value ?? "", b.cells[by]?.value ?? ""];
  if (typeof first === "number" && typeof second === "number") return first - second;
  return String(first).localeCompare(String(second), undefined, { numeric: true });
}
