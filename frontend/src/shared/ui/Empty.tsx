import type { ReactNode } from "react";

/** Nothing is here, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-4 rounded-pane border border-dashed border-edge px-6 py-16 text-center">
      <svg viewBox="0 0 64 64" className="size-16 text-edge" aria-hidden="true">
        <path
          d="M10 58V30a22 22 0 0 1 44 0v28ZM32 8v50M10 34h44"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
        />
      </svg>
      <p className="heading">{title}</p>
      {children && <div className="max-w-prose text-faint">{children}</div>}
    </div>
  );
}
