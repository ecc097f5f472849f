import { useState } from "react";
import { silence } from "~/shared/alertmanager";
import type { Labels } from "~/shared/prometheus";

const MINUTES = { "30 minutes": 30, "1 hour": 60, "4 hours": 240, "1 day": 1440 };

/** Holds exactly this alert back for a while; says who did it and why. */
export function SilenceForm({ labels, done }: { labels: Labels; done: () => void }) {
  const [minutes, setMinutes] = useState(60);
  const [who, setWho] = useState("");
  const [why, setWhy] = useState("");
  const [error, setError] = useState("");
  const text = (label: string, value: string, set: (value: string) => void, width: string) => (
    <label className="text-xs text-faint">
      {label}
      <input
        required
        value={value}
        maxLength={200}
        onChange={(event) => set(event.target.value)}
        className={`mt-0.5 block min-h-8 rounded border border-edge bg-pane px-2 py-1 text-sm text-ink ${width}`}
      />
    </label>
  );
  return (
    <form
      aria-label="Silence"
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        silence(labels, minutes, who, why).then(done, (failure: Error) => setError(failure.message));
      }}
    >
      <label className="text-xs text-faint">
        Silence for
        <select
          value={minutes}
          onChange={(event) => setMinutes(Number(event.target.value))}
          className="mt-0.5 block min-h-8 rounded border border-edge bg-pane px-2 py-1 text-sm text-ink"
        >
          {Object.entries(MINUTES).map(([name, value]) => (
            <option key={name} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {text("Your name", who, setWho, "w-32")}
      {text("Reason", why, setWhy, "w-64 max-w-full")}
      <button type="submit" className="control">
        Silence
      </button>
      {error && (
        <p role="alert" className="text-(--bad)">
          {error}
        </p>
      )}
    </form>
  );
}
