import { createJSONStorage, type PersistOptions, type StateStorage } from "zustand/middleware";

/** What could not be written, because the storage is full or forbidden: it is kept until the page is left. */
const unwritten = new Map<string, string>();

const storage: StateStorage<void> = {
  getItem: (name) => unwritten.get(name) ?? localStorage.getItem(name),
  setItem: (name, text) => {
    try {
      localStorage.setItem(name, text);
      unwritten.delete(name);
    } catch {
      unwritten.set(name, text);
    }
  },
  removeItem: (name) => localStorage.removeItem(name),
};

/**
 * Options for zustand's `persist`: a store that lives in local storage, where anything may have changed it.
 * @param read makes a good state of what was found; a member may be missing, or be of another type
 */
export function stored<State>(
  name: string,
  read: (found: Record<string, unknown>) => State,
): PersistOptions<State> {
  return {
    name,
    storage: createJSONStorage<State>(() => storage),
    merge: (found, current) => (isObject(found) ? read(found) : current),
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}
