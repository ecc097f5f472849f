import type { ReactNode } from "react";
import { Link } from "react-router";
import { safe, within } from "../links";

/** A link to a page of the console, or to another site in a new tab; only text where the address is none. */
export function Anchor({
  to,
  className,
  children,
}: {
  to?: string;
  className?: string;
  children: ReactNode;
}) {
  const href = safe(to);
  if (!href) return <>{children}</>;
  const path = within(href);
  if (path)
    return (
      <Link to={path} className={className}>
        {children}
      </Link>
    );
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" className={className}>
      {children}
    </a>
  );
}
