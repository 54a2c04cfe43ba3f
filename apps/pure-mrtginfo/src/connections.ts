/** Established, as the kernel numbers the states of TCP. */
const ESTABLISHED = '01';

/**
 * How many established connections a table of the kernel has that end at a local port.
 * @param table The content of `/proc/net/tcp` or `/proc/net/tcp6`.
 */
export function countConnections(table: string, port: number): number {
  // `0: 0100007F:0849 0100007F:C350 01 ...`: number, local and remote address, state. A busy machine has ten thousand of them.
  const local = port.toString(16).toUpperCase().padStart(4, '0');
  return table.match(new RegExp(`^ *\\d+: [0-9A-F]+:${local} [^ ]+ ${ESTABLISHED} `, 'gm'))?.length ?? 0;
}
