import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';

import { normalizeAddress } from '@pure-ftpd/protocol';

/** Where Linux lists its connections [server-options §6.1]. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
const ESTABLISHED = '01';

/** Who is connected. */
export interface Connection {
  /** As `normalizeAddress` writes it. */
  readonly address: string;
  readonly port: number;
}

/** The other ends of the connections to a port of this machine; none where the system does not tell. */
export function connectionsTo(localPort: number): Connection[] {
  return TABLES.flatMap((file) => {
    try {
      return connectionsIn(readFileSync(file, 'latin1'), localPort);
    } catch {
      // No /proc, or no IPv6.
      return [];
    }
  });
}

/**
 * Reads a table of the kernel (proc(5)).
 * @param isLittle Whether the machine that wrote it is little-endian: words of addresses are in its order.
 */
export function connectionsIn(table: string, localPort: number, isLittle = endianness() === 'LE'): Connection[] {
  const found: Connection[] = [];
  for (const line of table.split('\n').slice(1)) {
    const [, local = '', remote = '', state] = line.trim().split(/\s+/);
    if (state !== ESTABLISHED || portOf(local) !== localPort) continue;
    const address = addressOf(remote.slice(0, remote.indexOf(':')), isLittle);
    if (address !== undefined) found.push({ address, port: portOf(remote) });
  }
  return found;
}

function portOf(end: string): number {
  return Number.parseInt(end.slice(end.indexOf(':') + 1), 16);
}

function addressOf(hex: string, isLittle: boolean): string | undefined {
  const bytes = Buffer.from(hex, 'hex');
  if (bytes.length !== 4 && bytes.length !== 16) return undefined;
  if (isLittle) bytes.swap32();
  return normalizeAddress(
    bytes.length === 4 ? bytes.join('.') : (bytes.toString('hex').match(/.{4}/g) ?? []).join(':'),
  );
}
