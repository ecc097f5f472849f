import { create } from "zustand";

interface Notice {
  id: number;
  text: string;
}

/** Short messages that go by themselves. */
export const useNotices = create<{ notices: Notice[] }>(() => ({ notices: [] }));

let last = 0;

export function notify(text: string): void {
  const notice = { id: ++last, text };
  useNotices.setState(({ notices }) => ({ notices: [...notices.slice(-2), notice] }));
  setTimeout(
    () => useNotices.setState(({ notices }) => ({ notices: notices.filter(({ id }) => id !== notice.id) })),
    5000,
  );
}
