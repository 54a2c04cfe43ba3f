import { fileURLToPath } from 'node:url';
import { startServer } from '@pure-ftpd/peers';
import type { ServerKind } from './server.ts';

const PROGRAM = fileURLToPath(import.meta.resolve('./floor-program.ts'));

function bareNode(name: string, source: 'memory' | 'file'): ServerKind {
  return {
    name,
    kind: 'floor',
    processes: false,
    missing: ({ limit }) => (limit === undefined ? undefined : 'it knows no limits'),
    async start({ home, certificate }) {
      const secured = certificate === undefined ? [] : [certificate];
      return startServer((port) => [process.execPath, PROGRAM, String(port), home, source, ...secured]);
    },
  };
}

/** What Node can do at the most: it speaks as much FTP as the client asks for, and neither looks at nor touches a file. */
export const floor: ServerKind = bareNode('bare Node', 'memory');

/** The same with a loop that reads what it sends from the file. */
export const floorWithFile: ServerKind = bareNode('bare Node, reading', 'file');
