// Clients send ABOR as TCP urgent data (RFC 959 §4.1.3); without SO_OOBINLINE the kernel takes a byte of it away.
import { execFile } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { isOutOfBandInlineAvailable } from '@pure-ftpd/posix';
import { expect, test } from 'vitest';

import { startTestServer } from './testing/test-server.ts';

const exec = promisify(execFile);

/** Begins a download, and aborts it in one of the ways clients have. */
const CLIENT = `
import ftplib, socket, sys
ftp = ftplib.FTP(timeout=60)
ftp.connect('127.0.0.1', int(sys.argv[1]))
ftp.login('user', 'secret')
data = ftp.transfercmd('RETR large')
data.recv(1000)
if sys.argv[2] == 'ftplib':
    print(ftp.abort()[:3])
else:
    # Interrupt Process and Data Mark (RFC 854), the mark urgent, then the command.
    ftp.sock.sendall(b'\\xff\\xf4')
    ftp.sock.send(b'\\xff\\xf2', socket.MSG_OOB)
    ftp.sock.sendall(b'ABOR\\r\\n')
    print(ftp.getmultiline()[:3])
data.close()
print(ftp.getmultiline()[:3])
print(ftp.sendcmd('NOOP')[:3])
`;

test.runIf(isOutOfBandInlineAvailable()).each(['ftplib', 'telnet'])(
  'ABOR as urgent data is heard (%s)',
  async (way) => {
    await using ftp = await startTestServer();
    writeFileSync(path.join(ftp.folder, 'large'), '');
    truncateSync(path.join(ftp.folder, 'large'), 4_000_000_000);
    const { stdout } = await exec('python3', ['-c', CLIENT, String(ftp.port), way], { timeout: 240_000 });
    expect(stdout.trim().split('\n')).toEqual(['426', '226', '200']);
  },
);
