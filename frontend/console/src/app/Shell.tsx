import { Link, Outlet, ScrollRestoration, useLocation } from "react-router";
import { toggleTheme } from "@/shared/theme";
import { Main, SkipLink } from "@/shared/ui/Main";
import { toggleZone, useZone } from "~/shared/preferences";
import { useKept } from "~/shared/time/state";
import { IconButton } from "~/shared/ui/Icon";
import { Keys } from "./Keys";
import { Search } from "./Search";
import { SECTIONS } from "./sections";

/** The header, and below it the page of a section. */
export function Shell() {
  const zone = useZone((state) => state.zone);
  const kept = useKept();
  const [, first = ""] = useLocation().pathname.split("/");
  return (
    <>
      <SkipLink />
      <header className="sticky top-0 z-20 flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-pane px-3 py-1.5">
        <Link
          to="/"
          className="flex items-center gap-1.5 font-display text-lg font-medium"
          aria-label="Glasshouse console"
        >
          <img src="/icon.svg" alt="" className="size-5" />
          <span className="max-lg:hidden">Glasshouse</span>
        </Link>
        <nav aria-label="Sections" className="flex">
          {SECTIONS.map(({ name, to, owns }) => (
            <Link
              key={name}
              to={to + kept}
              aria-current={owns.includes(first) ? "page" : undefined}
              className="border-b-2 border-transparent px-2 py-1 font-semibold hover:text-leaf aria-[current]:border-leaf aria-[current]:text-leaf"
            >
              {name}
            </Link>
          ))}
        </nav>
        <div className="ml-auto flex items-center gap-1 sm:order-last sm:ml-0">
          <button type="button" onClick={toggleZone} className="control" title="Times are shown in this zone">
            {zone === "utc" ? "UTC" : "Local time"}
          </button>
          <IconButton name="Light or dark" of="theme" press={toggleTheme} />
        </div>
        <span className="hidden sm:block sm:flex-1" />
        <Search />
      </header>
      <Main>
        {/* Another zone is another text everywhere. */}
        <Outlet key={zone} />
      </Main>
      <Keys />
      <ScrollRestoration getKey={({ pathname }) => pathname} />
    </>
  );
}
