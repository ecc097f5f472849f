import { useState } from "react";
import { useAddress } from "~/shared/address";
import { config } from "~/shared/config";
import { absolute } from "~/shared/time/range";
import { Icon } from "~/shared/ui/Icon";
import { Popup } from "~/shared/ui/Popup";
import { csv, save } from "./csv";
import type { Drawn } from "./data";
import { Inspect } from "./Inspect";
import type { Panel } from "./model";
import { put, type Values } from "./variables";

interface Props {
  panel: Panel;
  title: string;
  values: Values;
  drawn?: Drawn;
}

/** What can be done with a panel. */
export function PanelMenu({ panel, title, values, drawn }: Props) {
  const [get, set] = useAddress();
  const [inspected, inspect] = useState(false);
  const isAlone = get(ALONE) === String(panel.id);
  const view = () => set({ [ALONE]: isAlone ? "" : String(panel.id) });
  const [first] = panel.targets ?? [];
  const clipboard = navigator.clipboard as Clipboard | undefined;
  const entries: [string, (() => void) | undefined][] = [
    [isAlone ? "Back to the dashboard" : "View alone", view],
    ["Query and answer", first && (() => inspect(true))],
    [
      "Open in Prometheus",
      first && drawn && (() => window.open(graph(put(first.expr, values), drawn), "_blank", "noopener")),
    ],
    ["Copy link", clipboard && (() => void clipboard.writeText(address(panel, drawn)))],
    ["Save as CSV", drawn?.series.length ? () => save(csv(drawn), `${title}.csv`) : undefined],
  ];
  return (
    <>
      <Popup
        name={`Menu of ${title}`}
        label={<Icon of="more" />}
        align="right"
        className="-my-0.5 -mr-1.5 rounded p-0.5 text-current opacity-60 hover:opacity-100"
      >
        {(close) => (
          <ul className="w-48 text-ink">
            {entries.map(
              ([name, act]) =>
                act && (
                  <li key={name}>
                    <button type="button" className="entry font-normal" onClick={() => (act(), close())}>
                      {name}
                    </button>
                  </li>
                ),
            )}
          </ul>
        )}
      </Popup>
      {inspected && <Inspect {...{ panel, title, values }} close={() => inspect(false)} />}
    </>
  );
}

/** Which panel is shown alone, in the address. */
export const ALONE = "viewPanel";

/** The query on the pages of Prometheus, over the time that is shown. */
export function graph(query: string, { window: { from, to } }: Drawn): string {
  const range = {
    "g0.expr": query,
    "g0.tab": "0",
    "g0.range_input": `${to - from}s`,
    "g0.end_input": moment(to),
  };
  return `${config.addresses.prometheus}/graph?${new URLSearchParams(range)}`;
}

const moment = (time: number) => new Date(time * 1000).toISOString().slice(0, 19).replace("T", " ");

/** This panel alone, at the time that is shown: whoever gets the link sees the same. */
function address(panel: Panel, drawn: Drawn | undefined): string {
  const url = new URL(location.href);
  url.searchParams.set(ALONE, String(panel.id));
  const { from, to } = drawn ? absolute(drawn.window.from, drawn.window.to) : {};
  if (from) url.searchParams.set("from", from);
  if (to) url.searchParams.set("to", to);
  return url.href;
}
