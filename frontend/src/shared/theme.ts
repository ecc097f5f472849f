import { create } from "zustand";
import { persist } from "zustand/middleware";
import { stored } from "./stored";

type Theme = "light" | "dark";

const systemIsDark = () => window.matchMedia("(prefers-color-scheme: dark)").matches;

/** null: as the system has it. public/theme.js applies the choice before the first paint. */
export const useTheme = create<{ theme: Theme | null }>()(
  persist(
    (): { theme: Theme | null } => ({ theme: null }),
    stored("glasshouse.theme", ({ theme }) => ({
      theme: theme === "light" || theme === "dark" ? theme : null,
    })),
  ),
);

export function toggleTheme(): void {
  const shown = useTheme.getState().theme ?? (systemIsDark() ? "dark" : "light");
  const theme = shown === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  useTheme.setState({ theme });
}
