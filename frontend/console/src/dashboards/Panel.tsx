import { useRef, useState, type CSSProperties } from "react";
import { useWindow } from "~/shared/time/state";
import { useSeen } from "~/shared/useSeen";
import { Anchor } from "~/shared/ui/Anchor";
import { ofNow, usePanel, type Drawn } from "./data";
import type { Mark } from "./marks";
import type { Panel as Model } from "./model";
import { colourOf, forBackground } from "./paint";
import { AlertList } from "./panels/AlertList";
import { Bars } from "./panels/Bars";
import { BoardList } from "~/shared/ui/BoardList";
import { Gauge } from "./panels/Gauge";
import { isLoud, Stat } from "./panels/Stat";
import { Table } from "./panels/Table";
import { TimeSeries } from "./panels/TimeSeries";
import { PanelMenu } from "./PanelMenu";
import { address, read, type Values } from "./variables";

interface Props {
  panel: Model;
  values: Values;
  marks: Mark[];
  /** The only one that is shown, as high as the window. */
  isAlone?: boolean;
}

/** The frame of a panel, and the drawing of its kind in it. */
export function Panel({ panel, values, marks, isAlone }: Props) {
  const box = useRef<HTMLElement>(null);
  const window = useWindow();
  const { data, error, isFetching } = usePanel(panel, values, window, useSeen(box) && Boolean(panel.targets));
  const shown = data && ofNow(panel, data);
  const [first] = shown?.series ?? [];
  const loud =
    isLoud(panel) && first
      ? { background: forBackground(colourOf(panel, first.value)), color: "white" }
      : undefined;
  const title = read(panel.title, values);
  const further = (panel.fieldConfig.defaults.links ?? [])
    .map(({ url }) => address(url, values))
    .filter((url) => !url.includes("${"));
  return (
    <section
      ref={box}
      aria-label={title}
      aria-busy={isFetching}
      className={`of-${panel.type} flex min-w-0 flex-col rounded border border-line bg-pane px-2.5 py-1.5 hover:z-10`}
      style={{ ...placed(panel), ...(isAlone && ALONE), ...loud }}
      data-panel={panel.id}
    >
      <h3 title={panel.description} className="flex gap-2 font-semibold">
        <span className="truncate">{title}</span>
        {further.map((url) => (
          <Anchor key={url} to={url} className="link font-normal">
            traces
          </Anchor>
        ))}
        <span className="ml-auto shrink-0">
          <PanelMenu panel={panel} title={title} values={values} drawn={data} />
        </span>
      </h3>
      <div className="relative flex min-h-0 flex-1 flex-col">
        {error ? (
          <p role="alert" className="m-auto overflow-y-auto text-xs break-words text-(--bad)">
            {error.message}
          </p>
        ) : (
          <Body panel={panel} values={values} marks={marks} drawn={shown} />
        )}
      </div>
    </section>
  );
}

function Body({ panel, values, marks, drawn }: Props & { drawn?: Drawn }) {
  const [hidden, hide] = useState<ReadonlySet<string>>(new Set());
  if (panel.type === "alertlist") return <AlertList panel={panel} values={values} />;
  if (panel.type === "dashlist") return <BoardList />;
  if (!drawn) return null;
  if (!drawn.series.length) return <p className="m-auto text-faint">{panel.fieldConfig.defaults.noValue}</p>;
  if (panel.type === "timeseries") return <TimeSeries {...{ panel, drawn, marks, values, hidden, hide }} />;
  const Kind = { stat: Stat, gauge: Gauge, bargauge: Bars, table: Table, row: () => null }[panel.type];
  return <Kind panel={panel} series={drawn.series} />;
}

const ALONE = { "--x": 0, "--y": 0, "--w": 24, "--h": 18 } as CSSProperties;

/** Its place on the grid, for the class `board`. */
export const placed = ({ gridPos: { x, y, w, h } }: Model) =>
  ({ "--x": x, "--y": y, "--w": w, "--h": h }) as CSSProperties;
