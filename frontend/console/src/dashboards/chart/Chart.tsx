import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTheme } from "@/shared/theme";
import { useZone } from "~/shared/preferences";
import type { Exemplar } from "../data";
import type { Panel } from "../model";
import type { Paint } from "../paint";
import { dotAt } from "./layers";
import type { Model } from "./model";
import { columns, options } from "./options";
import { Tip } from "./Tip";

interface Props {
  panel: Panel;
  model: Model;
  paints: Paint[];
  hidden: ReadonlySet<string>;
  zoom: (from: number, to: number) => void;
  back: () => void;
  open: (dot: Exemplar) => void;
}

/** Where the mouse is: the place in the data, pixels, and the request that is pointed at. */
export interface Pointed {
  index: number;
  left: number;
  top: number;
  width: number;
  dot?: Exemplar;
}

/** A drawing by uPlot. It is made once: a refresh gives it new numbers and leaves zoom, mouse and legend alone. */
export function Chart(props: Props) {
  const { panel, model, paints, hidden } = props;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  const now = useRef(props);
  const hovered = useRef(false);
  const [pointed, setPointed] = useState<Pointed>();
  const look = `${useTheme((state) => state.theme)} ${useZone((state) => state.zone)} ${useDark()}`;
  const names = model.series.map(({ name }) => name);
  const shape = JSON.stringify([names, paints, look]);
  useLayoutEffect(() => {
    now.current = props;
  });
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    const moved = (u: uPlot) => {
      const { idx, left = -1, top = -1 } = u.cursor;
      if (!hovered.current || idx == null || left < 0) return setPointed(undefined);
      const { offsetLeft, offsetTop } = u.over;
      const dot = dotAt(u, now.current.model.dots);
      const [x, y] = [offsetLeft + left, offsetTop + top];
      setPointed({ index: idx, left: x, top: y, width: element.clientWidth, dot });
    };
    const { cursor } = chart.current ?? {};
    const made = new uPlot(
      options(panel, names, paints, () => now.current.model, {
        zoom: (from, to) => now.current.zoom(from, to),
        back: () => now.current.back(),
        moved,
      }),
      columns(panel, now.current.model, now.current.hidden),
      element,
    );
    chart.current = made;
    const fit = () => made.setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    fit();
    if (cursor?.left !== undefined && cursor.left >= 0)
      made.setCursor({ left: cursor.left, top: cursor.top ?? 0 });
    return () => {
      observer.disconnect();
      made.destroy();
    };
    // `shape` stands for the names and paints, which are new lists with each answer.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [panel, shape]);
  useEffect(() => {
    const u = chart.current;
    if (!u) return;
    u.batch(() => {
      u.setData(columns(panel, model, hidden));
      u.setCursor({ left: u.cursor.left ?? -10, top: u.cursor.top ?? -10 });
    });
  }, [panel, model, hidden]);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={place}
        className={`absolute inset-0 ${pointed?.dot ? "cursor-pointer" : ""}`}
        onMouseEnter={() => (hovered.current = true)}
        onMouseLeave={() => {
          hovered.current = false;
          setPointed(undefined);
        }}
        onClick={() => {
          const dot = chart.current && dotAt(chart.current, model.dots);
          if (dot) props.open(dot);
        }}
      />
      {pointed && <Tip at={pointed} model={model} panel={panel} paints={paints} hidden={hidden} />}
    </div>
  );
}

const system = matchMedia("(prefers-color-scheme: dark)");

const useDark = () =>
  useSyncExternalStore(
    (changed) => {
      system.addEventListener("change", changed);
      return () => system.removeEventListener("change", changed);
    },
    () => system.matches,
  );
