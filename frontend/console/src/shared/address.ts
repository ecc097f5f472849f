import { useSearchParams } from "react-router";

/** What the address asks for, by name, and how to change it: an empty text takes a name out. */
export function useAddress() {
  const [params, setParams] = useSearchParams();
  const get = (name: string) => params.get(name) ?? "";
  const set = (changes: Record<string, string>, replace = false) =>
    setParams(
      (before) => {
        for (const [name, value] of Object.entries(changes)) {
          if (value) before.set(name, value);
          else before.delete(name);
        }
        return before;
      },
      { replace, preventScrollReset: true },
    );
  return [get, set] as const;
}
