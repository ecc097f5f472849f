import { create } from "zustand";
import { persist } from "zustand/middleware";

type Zone = "local" | "utc";

/** Which clock times are shown in; kept in this browser. */
export const useZone = create<{ zone: Zone }>()(
  persist((): { zone: Zone } => ({ zone: "local" }), { name: "glasshouse.zone" }),
);

export const toggleZone = () => useZone.setState(({ zone }) => ({ zone: zone === "utc" ? "local" : "utc" }));
