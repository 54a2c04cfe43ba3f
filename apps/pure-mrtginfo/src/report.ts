/** What is said of something that cannot be known. */
const UNKNOWN = '?';

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/**
 * `0 days, 0:36:05`
 * @param uptime The content of `/proc/uptime`; undefined when it cannot be read.
 */
export function uptimeText(uptime: string | undefined): string {
  const seconds = Number.parseInt(uptime ?? '', 10);
  if (Number.isNaN(seconds)) return UNKNOWN;
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  return `${days} days, ${hours}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
}

/**
 * The four lines that MRTG reads: connections twice, since it knows of two values, how long the machine has been up, and
 * its name.
 */
export function report(connections: number, uptime: string | undefined, hostName: string): string {
  return `${connections}\n${connections}\n${uptimeText(uptime)}\n${hostName === '' ? UNKNOWN : hostName}\n`;
}
