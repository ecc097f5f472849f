import { useEffect, useRef, useState, type ReactNode } from "react";

interface Props {
  label: ReactNode;
  /** What it is called where the label is only a sign. */
  name?: string;
  className?: string;
  align?: "left" | "right";
  children: (close: () => void) => ReactNode;
}

/** A button that opens something below it. It closes by Escape, by a click elsewhere, and when the focus leaves. */
export function Popup({ label, name, className = "control", align = "left", children }: Props) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const opener = button.current;
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      if (!document.activeElement?.closest("input, a, button")) opener?.focus();
    };
  }, [open]);
  const close = () => setOpen(false);
  return (
    <div
      ref={box}
      className="relative"
      onKeyDown={(event) => {
        if (!open) return;
        if (event.key === "Escape") close();
        if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event, box.current);
        event.stopPropagation();
      }}
      onBlur={(event) => {
        if (event.relatedTarget && !box.current?.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={name}
        aria-expanded={open}
        aria-haspopup="true"
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <div className={`popup mt-1 ${align === "right" ? "right-0" : "left-0"}`}>{children(close)}</div>
      )}
    </div>
  );
}

/** The arrows go from one entry to the next. */
function step(event: React.KeyboardEvent, box: HTMLElement | null) {
  const entries = [...(box?.querySelectorAll<HTMLElement>(".entry") ?? [])];
  if (!entries.length || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const next = event.key === "ArrowDown" ? at + 1 : at <= 0 ? entries.length - 1 : at - 1;
  entries[next % entries.length]?.focus();
}
