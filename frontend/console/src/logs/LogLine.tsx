import { useState } from "react";
import { Link } from "react-router";
import { field, named, said, type Line } from "~/shared/logs";
import { clock } from "~/shared/time/format";
import { Fields } from "~/shared/ui/Fields";

/** One line; a click shows its fields, and each can be searched for. */
export function LogLine({ line, narrow }: { line: Line; narrow: (name: string, value: string) => void }) {
  const [open, setOpen] = useState(false);
  const [trace, span] = [field(line, "trace_id"), field(line, "span_id")].map(encodeURIComponent);
  return (
    <li className="border-l-4 px-2 py-0.5" style={{ borderLeftColor: line.tint }}>
      <div className="flex gap-3">
        <button
          type="button"
          aria-expanded={open}
          className="flex min-w-0 flex-1 gap-x-3 text-left hover:text-leaf max-sm:flex-wrap"
          onClick={() => setOpen(!open)}
        >
          <time className="text-faint tabular-nums">
            {clock(line.time, "time")}.{String(Math.floor((line.time % 1) * 1000)).padStart(3, "0")}
          </time>
          <span className="w-14 shrink-0">{line.level}</span>
          <span className="shrink-0 truncate border-l-4 pl-1 sm:w-36" style={{ borderColor: line.colour }}>
            {line.service}
          </span>
          <span className="min-w-0 sm:truncate max-sm:basis-full max-sm:break-words">{said(line)}</span>
        </button>
        {trace && (
          <Link to={`/trace/${trace}${span && `?span=${span}`}`} className="link shrink-0">
            trace
          </Link>
        )}
      </div>
      {open && (
        <Fields
          fields={[["program", line.program], ...named(line)]}
          action={(name, value) =>
            name !== "program" &&
            /^[^"\n]+$/.test(value) && (
              <button
                type="button"
                className="link"
                aria-label={`Only lines with this ${name}`}
                onClick={() => narrow(name, value)}
              >
                only
              </button>
            )
          }
        />
      )}
    </li>
  );
}
