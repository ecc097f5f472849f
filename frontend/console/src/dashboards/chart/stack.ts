/** Nothing only where no series has a value. */
export function piled(all: (number | null)[][]): (number | null)[][] {
  const sums: (number | null)[] = (all[0] ?? []).map((_, at) =>
    all.some((values) => values[at] != null) ? 0 : null,
  );
  return all.map((values) =>
    values.map((value, at) => {
      const sum = sums[at];
      return sum == null ? null : (sums[at] = sum + (value ?? 0));
    }),
  );
}
