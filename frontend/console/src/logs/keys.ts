import type { Line } from "~/shared/logs";

/** A name for each line, the newest first, that it keeps when newer ones come: one that is open stays open. */
export function keysOf(lines: Pick<Line, "time" | "program">[]): string[] {
  const counts = new Map<string, number>();
  return lines
    .toReversed() // of the same moment: counted from the oldest
    .map(({ time, program }) => {
      const moment = `${time} ${program}`;
      const count = (counts.get(moment) ?? 0) + 1;
      counts.set(moment, count);
      return `${moment} ${count}`;
    })
    .toReversed();
}
