interface Props {
  label: string;
  value: string;
  options: string[];
  /** The name of no choice, where there may be none. */
  all?: string;
  change: (value: string) => void;
}

/** One of several texts. What the address names is among them, known or not. */
export function Select({ label, value, options, all, change }: Props) {
  return (
    <select
      aria-label={label}
      title={label}
      value={value}
      onChange={(event) => change(event.target.value)}
      className="control max-w-60 min-w-0"
    >
      {all && <option value="">{all}</option>}
      {[...new Set([...options, ...(value ? [value] : [])])].map((option) => (
        <option key={option}>{option}</option>
      ))}
    </select>
  );
}
