/** Names that nobody whose storage is counted may touch: the count, and uploads under way [server-behaviour §8]. */
export function isReservedName(name: string): boolean {
  return name.includes('.ftpquota') || name.startsWith('.pureftpd-');
}
