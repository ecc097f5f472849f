/**
 * Run `work` while nobody else, here or in another tab, runs work of that name (Web Locks API).
 * Without a secure context there is no lock between tabs.
 */
export function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  return locks ? (locks.request(name, work) as Promise<T>) : work();
}
