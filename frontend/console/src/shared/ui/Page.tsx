import type { ReactNode } from "react";
import { TimeControls } from "../time/TimeControls";

interface Props {
  title: string;
  error?: Error | null;
  busy?: boolean;
  /** Beside the title. */
  head?: ReactNode;
  /** Whether all is of now, so that there is no time to choose. */
  onlyRefresh?: boolean;
  isTimeless?: boolean;
  children: ReactNode;
}

/** A section's page: its title, the time, what failed, and its content. */
export function Page({ title, error, busy, head, onlyRefresh, isTimeless, children }: Props) {
  return (
    <div className="mx-auto max-w-[100rem] px-3 py-3" aria-busy={busy}>
      <title>{title}</title>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <h1 className="mr-2 font-display text-xl font-medium">{title}</h1>
        {head}
        {!isTimeless && <TimeControls onlyRefresh={onlyRefresh} />}
      </div>
      {error && (
        <p role="alert" className="mb-3 break-words text-(--bad)">
          {error.message}
        </p>
      )}
      {children}
    </div>
  );
}
