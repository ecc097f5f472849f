import { useEffect, useRef } from "react";
import { Outlet, ScrollRestoration, useLocation, useNavigation } from "react-router";
import { useNotices } from "@/shared/notices";
import { useOnline } from "@/shared/online";
import { Footer } from "./Footer";
import { Header } from "./Header";

export function Layout() {
  const main = useFocusOnNewPage();
  const isLoading = useNavigation().state !== "idle";
  return (
    <>
      <a
        href="#main"
        className="absolute -top-20 left-4 z-30 rounded-pane bg-leaf px-4 py-3 font-semibold text-on-leaf focus:top-4"
      >
        Skip to the content
      </a>
      <Header />
      <Offline />
      {isLoading && (
        <div aria-hidden="true" className="fixed inset-x-0 top-0 z-30 h-1 animate-pulse bg-leaf" />
      )}
      {/* As high as the window: nothing below it jumps while a page comes to know its height. */}
      <main ref={main} id="main" tabIndex={-1} className="min-h-dvh outline-none">
        <Outlet />
      </main>
      <Footer />
      <Notices />
      <ScrollRestoration />
    </>
  );
}

/** The focus goes to a page that was opened, unless the page took it or somebody is typing. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    if (!document.activeElement?.closest("main, input, select, textarea"))
      main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}

function Offline() {
  const isOnline = useOnline();
  return (
    <div role="status">
      {!isOnline && (
        <p className="bg-sun-soft px-4 py-2 text-center font-medium text-sun">
          You are offline. What you see may be old, and nothing can be ordered until you are back.
        </p>
      )}
    </div>
  );
}

function Notices() {
  const notices = useNotices((state) => state.notices);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-30 grid justify-items-center gap-2"
    >
      {notices.map(({ id, text }) => (
        <p key={id} className="rounded-pane bg-ink px-5 py-3 font-medium text-ground shadow-lg">
          {text}
        </p>
      ))}
    </div>
  );
}
