import { useEffect, useRef, type ReactNode } from "react";

/** A stage begins at its top and takes the focus there: the page changed without being left. */
export function Heading({ children }: { children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className="title outline-none">
      {children}
    </h1>
  );
}
