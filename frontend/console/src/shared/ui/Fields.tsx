import type { ReactNode } from "react";

interface Props {
  fields: [name: string, value: string][];
  /** What can be done with a field. */
  action?: (name: string, value: string) => ReactNode;
}

/** Names and values, as text and nothing else; a stack trace keeps its lines. */
export function Fields({ fields, action }: Props) {
  return (
    <dl className="grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-3 text-xs">
      {fields.map(([name, value], index) => (
        <div key={index} className="col-span-2 grid grid-cols-subgrid border-b border-line py-0.5">
          <dt className="break-all text-faint">{name}</dt>
          <dd className="max-h-80 overflow-y-auto break-words whitespace-pre-wrap">
            {value} {action?.(name, value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
