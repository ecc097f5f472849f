import { useEffect, useRef, type ReactNode } from "react";

/** The heading of a stage takes the focus when the stage comes: the page changed without a click. */
export function Heading({ children }: { children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <h1 ref={heading} tabIndex={-1} className="title outline-none">
      {children}
    </h1>
  );
}
