import type { FormEvent } from "react";
import { silence } from "~/shared/alerts";
import type { Labels } from "~/shared/prometheus";
import { useOnce } from "./useOnce";

const MINUTES = { "30 minutes": 30, "1 hour": 60, "4 hours": 240, "1 day": 1440 };
const FIELD = "block min-h-8 rounded border border-edge bg-pane px-2 py-1 text-sm text-ink";

/** Holds exactly this alert back for a while; says who did it and why. */
export function SilenceForm({ labels, done }: { labels: Labels; done: () => Promise<unknown> }) {
  const { start, isBusy, error } = useOnce((form: FormData) => {
    const [minutes, who, why] = [...form.values()].map(String);
    return silence(labels, Number(minutes), who ?? "", why ?? "");
  }, done);
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    start(new FormData(event.currentTarget));
  };
  return (
    <form aria-label="Silence" className="flex flex-wrap items-end gap-2 text-xs text-faint" onSubmit={send}>
      <label>
        Silence for
        <select name="minutes" defaultValue={60} className={FIELD}>
          {Object.entries(MINUTES).map(([name, value]) => (
            <option key={name} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Your name
        <input name="who" required maxLength={200} className={`w-32 ${FIELD}`} />
      </label>
      <label>
        Reason
        <input name="why" required maxLength={200} className={`w-64 max-w-full ${FIELD}`} />
      </label>
      {/* Not `disabled`: that would take the focus away. */}
      <button type="submit" className="control" aria-disabled={isBusy}>
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
