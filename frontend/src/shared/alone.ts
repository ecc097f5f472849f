/**
 * Run `work` while nobody else, here or in another tab, runs work of that name (Web Locks API).
 * Without a secure context, or where the browser keeps no data of sites, there is no lock between tabs.
 */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  if (!locks) return work();
  let hasBegun = false;
  const begin = () => {
    hasBegun = true;
    return work();
  };
  return (locks.request(name, begin) as Promise<T>).catch((error: unknown) => {
    if (hasBegun) throw error;
    return work();
  });
}
