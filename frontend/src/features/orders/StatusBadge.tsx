import type { StatusView } from "./status";

const tones: Record<StatusView["tone"], string> = {
  busy: "bg-sun-soft text-sun",
  good: "bg-leaf-soft text-leaf",
  bad: "bg-clay-soft text-clay",
  calm: "bg-sunken text-faint",
};

export function StatusBadge({ view: { label, tone } }: { view: StatusView }) {
  return (
    <span
      className={`inline-flex items-center gap-2 rounded-full px-3 py-1 text-sm font-semibold ${tones[tone]}`}
    >
      {tone === "busy" && (
        <span aria-hidden="true" className="size-2 animate-pulse rounded-full bg-current" />
      )}
      {label}
    </span>
  );
}
