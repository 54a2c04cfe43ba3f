// The daemon with a helper of a database that has been taken over: whose login it is says what it answers.
import { randomBytes } from 'node:crypto';
import { Socket } from 'node:net';

import { CHILD_DESCRIPTORS, takeRole } from '../process/role.ts';
import { runRole } from '../process/run-role.ts';

function frame(kind: string, ...words: readonly string[]): Buffer {
  const fields = words.flatMap((word) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(Buffer.byteLength(word));
    return [length, Buffer.from(word)];
  });
  const content = Buffer.concat([Buffer.from(kind), ...fields]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

/** An account, with some of its words changed. */
function accepted(
  id: string,
  { uid = '3001', gid = '3001', home = process.env['LANG'] ?? '/', limit = '' } = {},
): Buffer {
  return frame('A', id, uid, gid, home, '0', limit, '', '', '', '', '', '');
}

/** Logins whose answer is kept. */
const held: string[] = [];

/** What is answered to whom. */
const ANSWERS: Readonly<Record<string, (id: string) => Buffer>> = {
  honest: (id) => accepted(id),
  root: (id) => accepted(id, { uid: '0' }),
  'root-group': (id) => accepted(id, { gid: '0' }),
  'no-number': (id) => accepted(id, { uid: '3e3' }),
  relative: (id) => accepted(id, { home: 'srv' }),
  endless: (id) => accepted(id, { home: `/${'x'.repeat(60_000)}` }),
  negative: (id) => accepted(id, { limit: '-1' }),
  'wrong-id': () => accepted('123456789'),
  'no-id': () => accepted(''),
  twice: (id) => Buffer.concat([frame('R', id, 'no'), accepted(id)]),
  oversize: () => Buffer.from('7fffffff', 'hex'),
  empty: () => Buffer.alloc(4),
  garbage: () => Buffer.concat([Buffer.from('00000080', 'hex'), randomBytes(128)]),
  cut: (id) => accepted(id).subarray(0, 20),
  'opened-again': () => frame('Y'),
  failed: () => frame('X', 'I give up'),
  probed: () => frame('P', ''),
  'no-reply': () => frame('Z'),
  'no-level': (id) => frame('N', id, 'fatal', 'x'),
  talkative: (id) => Buffer.concat(Array.from({ length: 1000 }, () => frame('N', id, 'info', 'so it goes'))),
  flood: () => Buffer.concat(Array.from({ length: 20_000 }, (_, count) => frame('U', `${count}x`))),
  'two-lines': (id) =>
    Buffer.concat([frame('N', id, 'warning', 'one\r\n(?@?) [INFO] alice is now logged in'), frame('U', id)]),
  hold(id) {
    held.push(id);
    return Buffer.alloc(0);
  },
  /** Lets the one in who waits, instead of this one. */
  swap: (id) => Buffer.concat([accepted(held.shift() ?? ''), frame('U', id)]),
};

/** Serves the channel until it is closed. */
async function runHostileHelper(): Promise<void> {
  process.title = 'pure-ftpd (MYSQL)';
  const channel = new Socket({ fd: CHILD_DESCRIPTORS.messages });
  channel.on('error', () => process.exit());
  let bytes = Buffer.alloc(0);
  for await (const chunk of channel) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE()) {
      const content = bytes.subarray(4, 4 + bytes.readUInt32BE());
      bytes = bytes.subarray(4 + content.length);
      const kind = String.fromCharCode(content[0] ?? 0);
      const id = content.subarray(3, 3 + content.readUInt16BE(1)).toString();
      const login = content.subarray(5 + id.length, 5 + id.length + content.readUInt16BE(3 + id.length)).toString();
      if (kind === 'O') channel.write(frame('Y'));
      else if (kind === 'L') {
        const answer = ANSWERS[login]?.(id) ?? frame('U', id);
        if (login === 'cut') channel.end(answer);
        else channel.write(answer);
      }
    }
  }
  process.exit();
}

const role = takeRole();
if (role === 'accounts') await runHostileHelper();
else if (role !== undefined) await runRole(role);
else {
  const { run } = await import('../run.ts');
  process.exitCode = await run(process.argv.slice(2));
}
