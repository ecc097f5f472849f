/** The day by which something that is ordered at `from` is delivered. @param days working days, Monday to Friday */
export function deliveredBy(days: number, from = new Date()): Date {
  const day = new Date(from);
  for (let left = days; left > 0;) {
    day.setDate(day.getDate() + 1);
    if (day.getDay() !== 0 && day.getDay() !== 6) left--;
  }
  return day;
}
