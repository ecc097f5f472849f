import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { Dialog } from "@/shared/ui/Dialog";
import { ALONE } from "~/dashboards/PanelMenu";

const KEYS: Record<string, [what: string, button: string]> = {
  ArrowLeft: ["earlier", "Earlier"],
  ArrowRight: ["later", "Later"],
  "-": ["zoom out", "Zoom out"],
  r: ["refresh", "Refresh"],
};
const OTHERS = { "/": "search", v: "view alone the panel under the mouse, and back", "?": "these keys" };

/** What the keyboard does, outside of fields: it presses the buttons that the page has. */
export function Keys() {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  useEffect(() => {
    const view = () => {
      const panel = document.querySelector<HTMLElement>("section[data-panel]:hover")?.dataset.panel;
      const params = new URLSearchParams(location.search);
      if (params.has(ALONE)) params.delete(ALONE);
      else if (panel) params.set(ALONE, panel);
      void navigate({ search: `?${params}` });
    };
    const pressed = (event: KeyboardEvent) => {
      // A held key is one press: each is a step of the browser's history.
      const isOther = event.ctrlKey || event.metaKey || event.altKey || event.repeat;
      if (isOther || (event.target as Element).closest("input, select, textarea, dialog, pre")) return;
      const button = KEYS[event.key]?.[1];
      if (button) document.querySelector<HTMLElement>(`button[aria-label="${button}"]`)?.click();
      else if (event.key === "/") document.getElementById("search")?.focus();
      else if (event.key === "v") view();
      else if (event.key === "?") setOpen(true);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [navigate]);
  if (!open) return null;
  const all = [
    ...Object.entries(KEYS).map(([key, [what]]) => [key.replace("Arrow", ""), what]),
    ...Object.entries(OTHERS),
  ];
  return (
    <Dialog title="Keys" close={() => setOpen(false)}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        {all.map(([key, what]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="rounded border border-edge px-1.5">{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
