import { Link, Outlet, ScrollRestoration, useNavigation, type Location } from "react-router";
import { dismiss, useNotices } from "@/shared/notices";
import { useOnline } from "@/shared/online";
import { Main, SkipLink } from "@/shared/ui/Main";
import { Footer } from "./Footer";
import { Header } from "./Header";

export function Layout() {
  const isLoading = useNavigation().state !== "idle";
  return (
    <>
      <SkipLink />
      <Header />
      <Offline />
      {isLoading && (
        <div aria-hidden="true" className="fixed inset-x-0 top-0 z-30 h-1 animate-pulse bg-leaf" />
      )}
      {/* As high as the window: nothing below it jumps while a page comes to know its height. */}
      <Main className="min-h-dvh">
        <Outlet />
      </Main>
      <Footer />
      <Notices />
      <ScrollRestoration getKey={scrollKey} />
    </>
  );
}

/**
 * Under which a scroll position is kept: an entry of the history *and* its page. The first entry of every visit has
 * the same key, so that by key alone a page that is opened by its address would begin where another one was left.
 */
function scrollKey({ key, pathname, search }: Location): string {
  return `${key} ${pathname}${search}`;
}

function Offline() {
  const isOnline = useOnline();
  return (
    <div role="status">
      {!isOnline && (
        <p className="bg-sun-soft px-4 py-2 text-center font-medium text-sun">
          You are offline. What you see may be out of date, and you cannot order until you are online again.
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
      {notices.map(({ id, text, link }) => (
        <p
          key={id}
          className="pointer-events-auto flex max-w-full items-center gap-x-4 rounded-pane bg-ink px-5 py-3 font-medium text-ground shadow-lg"
        >
          <span className="min-w-0">{text}</span>
          {link && (
            <Link
              to={link.to}
              onClick={() => dismiss(id)}
              className="-my-2 inline-flex min-h-11 shrink-0 items-center font-semibold underline underline-offset-4"
            >
              {link.name}
            </Link>
          )}
        </p>
      ))}
    </div>
  );
}
