/** Whether a count that has grown is to be told again: for the first, and each further ten times as many. */
export function isWorthALine(before: number, now: number): boolean {
  return String(before).length < String(now).length || (before === 0 && now > 0);
}
