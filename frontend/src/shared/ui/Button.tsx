import type { ButtonHTMLAttributes, MouseEvent } from "react";
import { Link, type LinkProps } from "react-router";

type Look = "primary" | "quiet" | "danger";

const shape =
  "inline-flex min-h-11 items-center justify-center gap-2 rounded-pane px-5 py-2 text-center font-semibold transition-colors disabled:opacity-60 aria-disabled:cursor-not-allowed aria-disabled:opacity-60";
const looks: Record<Look, string> = {
  primary: "bg-leaf text-on-leaf hover:bg-leaf-deep",
  quiet: "border border-edge text-ink hover:border-leaf hover:text-leaf",
  danger: "border border-clay text-clay hover:bg-clay-soft",
};

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  /** Its work is under way: it cannot be pressed again, and says so. It is not `disabled`: the focus would be lost. */
  busy?: boolean;
}

export function Button({
  look = "primary",
  busy = false,
  className = "",
  children,
  onClick,
  ...rest
}: Props) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? refuse : onClick}
      className={`${shape} ${looks[look]} ${className}`}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

/** Also an Enter in a field of its form, which clicks the button. */
function refuse(event: MouseEvent): void {
  event.preventDefault();
}

export function LinkButton({ look = "primary", className = "", ...rest }: LinkProps & { look?: Look }) {
  return <Link {...rest} className={`${shape} ${looks[look]} ${className}`} />;
}

function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="size-4 shrink-0 animate-spin rounded-full border-2 border-current border-r-transparent"
    />
  );
}
