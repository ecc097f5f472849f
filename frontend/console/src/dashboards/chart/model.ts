import type { Window } from "~/shared/time/range";
import type { Exemplar, Series } from "../data";
import type { Mark } from "../marks";

/** All that a chart draws at one moment. */
export interface Model {
  window: Window;
  times: number[];
  series: Series[];
  dots: Exemplar[];
  marks: Mark[];
}
