const formats = {
  day: new Intl.DateTimeFormat("en", { dateStyle: "long" }),
  moment: new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }),
};

/** @param time RFC 3339, shown in the reader's time zone */
export function formatTime(time: string, format: keyof typeof formats = "moment"): string {
  return formats[format].format(new Date(time));
}
