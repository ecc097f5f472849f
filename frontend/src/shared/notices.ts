import { create } from "zustand";

interface Notice {
  id: number;
  text: string;
  /** Where it leads, if anywhere. */
  link?: { to: string; name: string } | undefined;
}

/** Short messages that go by themselves. */
export const useNotices = create<{ notices: Notice[] }>(() => ({ notices: [] }));

let last = 0;

export function notify(text: string, link?: Notice["link"]): void {
  const notice = { id: ++last, text, link };
  useNotices.setState(({ notices }) => ({ notices: [...notices.slice(-2), notice] }));
  setTimeout(() => dismiss(notice.id), link ? 8000 : 5000);
}

export function dismiss(gone: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter(({ id }) => id !== gone) }));
}
