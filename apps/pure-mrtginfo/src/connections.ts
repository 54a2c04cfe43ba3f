/** Established, as the kernel numbers the states of TCP. */
const ESTABLISHED = '01';

/**
 * How many established connections a table of the kernel has that end at a local port.
 * @param table The content of `/proc/net/tcp` or `/proc/net/tcp6`.
 */
export function countConnections(table: string, port: number): number {
  let count = 0;
  for (const line of table.split('\n')) {
    // `0: 0100007F:0849 0100007F:C350 01 ...`: number, local and remote address, state. The first line has titles.
    const [, local = '', , state] = line.trim().split(/\s+/, 4);
    if (state === ESTABLISHED && Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16) === port) count += 1;
  }
  return count;
}
