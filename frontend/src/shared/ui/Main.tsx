import { useEffect, useRef, type ReactNode } from "react";
import { useLocation } from "react-router";

/** Before everything else: the first Tab leads over the header to `Main`. */
export function SkipLink() {
  return (
    <a
      href="#main"
      className="absolute -top-20 left-4 z-30 rounded-pane bg-leaf px-4 py-3 font-semibold text-on-leaf focus:top-4"
    >
      Skip to the content
    </a>
  );
}

/** The content of a page. The focus goes to a page that was opened, unless the page took it or somebody is typing. */
export function Main({ className = "", children }: { className?: string; children: ReactNode }) {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    if (!document.activeElement?.closest("main, input, select, textarea"))
      main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <main ref={main} id="main" tabIndex={-1} className={`outline-none ${className}`}>
      {children}
    </main>
  );
}
