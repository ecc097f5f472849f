import { Popup } from "~/shared/ui/Popup";
import type { Choice } from "./useVariables";

/** The choices at the top of a dashboard. */
export function Choices({ choices }: { choices: Choice[] }) {
  return choices.map((choice) => <One key={choice.variable.name} {...choice} />);
}

function One({ variable, options, chosen, choose }: Choice) {
  const all = variable.includeAll && options.length > 1 && chosen.length === options.length;
  const title = variable.label ?? variable.name;
  const entry = (name: string, isChosen: boolean, values: string[], close: () => void) => (
    <button
      type="button"
      aria-current={isChosen || undefined}
      className="entry aria-[current]:font-semibold aria-[current]:text-leaf"
      onClick={() => (choose(values), close())}
    >
      {name}
    </button>
  );
  return (
    <Popup
      name={`${title}: ${chosen.join(", ")}`}
      label={
        <>
          <span className="text-faint">{title}</span>
          <span className="max-w-60 truncate font-semibold">
            {all ? "All" : chosen.join(" + ") || "none"}
          </span>
        </>
      }
    >
      {(close) => (
        <div role="group" aria-label={title} className="max-h-80 min-w-48 overflow-y-auto">
          {variable.includeAll && entry("All", all ?? false, options, close)}
          {options.map((option) => (
            <div key={option} className="flex items-center">
              {variable.multi && (
                <input
                  type="checkbox"
                  aria-label={`also ${option}`}
                  className="ml-2 accent-leaf"
                  checked={chosen.includes(option)}
                  onChange={() => choose(toggled(chosen, option))}
                />
              )}
              {entry(option, !all && chosen.length === 1 && chosen[0] === option, [option], close)}
            </div>
          ))}
        </div>
      )}
    </Popup>
  );
}

/** With the option or without it, but never without any. */
function toggled(chosen: string[], option: string): string[] {
  const without = chosen.filter((one) => one !== option);
  if (without.length === chosen.length) return [...chosen, option].sort();
  return without.length ? without : chosen;
}
