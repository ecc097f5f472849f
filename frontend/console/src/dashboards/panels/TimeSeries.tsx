import { useMemo } from "react";
import { useNavigate, useLocation } from "react-router";
import { safe, within } from "~/shared/links";
import { times } from "~/shared/prometheus";
import { absolute, widened } from "~/shared/time/range";
import { useNow, useRange } from "~/shared/time/state";
import { Chart } from "../chart/Chart";
import { Legend } from "../chart/Legend";
import type { Drawn, Exemplar } from "../data";
import type { Mark } from "../marks";
import type { Panel } from "../model";
import { paints } from "../paint";
import { address, type Values } from "../variables";

interface Props {
  panel: Panel;
  drawn: Drawn;
  marks: Mark[];
  values: Values;
  hidden: ReadonlySet<string>;
  hide: (hidden: ReadonlySet<string>) => void;
}

/** Values over time, with the time range to be dragged, and requests that open as traces. */
export function TimeSeries({ panel, drawn, marks, values, hidden, hide }: Props) {
  const { range, setRange } = useRange();
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { zoomed?: boolean } | null };
  const model = useMemo(() => ({ ...drawn, times: times(drawn.window), marks }), [drawn, marks]);
  const names = useMemo(() => drawn.series.map(({ name }) => name), [drawn]);
  const colours = useMemo(() => paints(panel, names), [panel, names]);
  const back = () => {
    if (state?.zoomed) void navigate(-1);
    else setRange(widened(range, useNow.getState().now));
  };
  const open = (dot: Exemplar) => {
    const link = panel.fieldConfig.defaults.links?.find(({ url }) => url.includes(TRACE));
    const url = safe(link && address(link.url, values).replace(TRACE, dot.trace));
    const path = url && within(url);
    if (path) void navigate(path);
    else if (url) window.open(url, "_blank", "noopener,noreferrer");
  };
  return (
    <>
      <Chart
        panel={panel}
        model={model}
        paints={colours}
        hidden={hidden}
        zoom={(from, to) => setRange(absolute(from, to), true)}
        back={back}
        open={open}
      />
      <Legend panel={panel} series={drawn.series} paints={colours} hidden={hidden} change={hide} />
    </>
  );
}

const TRACE = "${__field.labels.trace_id}";
