// Flysystem, the storage of Laravel and of many other programs in PHP. It asks for a folder with blanks and brackets as the
// server wants it written, if HELP says Pure-FTPd. Its every question begins with a CWD, mostly refused, each later than the last.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeCertificate } from '@pure-ftpd/x509';
import { peerPath, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { expect, test } from 'vitest';

import { startCServer } from '../support/c-server.ts';
import { Daemon } from '../support/daemon.ts';
import { treeDigest } from '../support/tree.ts';
import { type DataMode, type Visit, visit } from './client.ts';
import { expectDone } from './contract.ts';
import { type Call, runScript } from './scripted.ts';

const SCRIPT = join(import.meta.dirname, 'flysystem.php');

const FLYSYSTEM = ['php', 'flysystem', 'php-mime-types'] as const;

const CALLS: readonly Call[] = [
  ['makeFolder', 'a b'],
  ['write', 'a b/one.txt', 'the content'],
  ['has', 'a b/one.txt'],
  ['list', 'a b'],
  ['read', 'a b/one.txt'],
  ['rename', 'a b/one.txt', 'a b/two [2].txt'],
  ['makeFolder', 'a b/[in] here'],
  ['copy', 'a b/two [2].txt', 'a b/[in] here/ünï {3}.txt'],
  ['listAll', 'a b'],
  ['has', 'a b/[in] here'],
  ['removeFolder', 'a b'],
  ['has', 'a b'],
];

const SHOWN = `yes
one.txt
the content
dir a b/[in] here
file a b/[in] here/ünï {3}.txt
file a b/two [2].txt
yes
no
`;

async function expectShown(at: Visit): Promise<void> {
  const args = [SCRIPT, peerPath('flysystem'), peerPath('php-mime-types')];
  const { stdout } = expectDone(await runScript({ file: peerPath('php'), args }, at, CALLS));
  expect(Buffer.from(stdout, 'latin1').toString()).toBe(SHOWN);
}

describeWith(FLYSYSTEM, 'Flysystem makes, writes, finds, lists, reads, moves, copies and removes', () => {
  test.for<DataMode>(['passive', 'active'])('in clear, %s', async (mode) => {
    using local = tempFolder();
    await using daemon = await Daemon.start();
    await expectShown(visit(daemon, local.path, mode));
    expect(treeDigest(daemon.home).size).toBe(0);
  });

  test('over TLS', async () => {
    using local = tempFolder();
    const { certificate, key } = makeCertificate({ names: ['127.0.0.1'] });
    writeFileSync(local.file('server.pem'), certificate + key);
    await using daemon = await Daemon.start({ args: ['-Y', '3', '-2', local.file('server.pem')] });
    // PHP's own client speaks whatever version there is, and looks at no certificate.
    const tls = { version: 'TLSv1.3', authority: local.file('server.pem') } as const;
    await expectShown({ ...visit(daemon, local.path), tls });
  });

  describeWith(['root', 'pure-ftpd'], 'with the same results', () => {
    test('on the C server', async () => {
      using local = tempFolder();
      await using cServer = await startCServer();
      await expectShown(visit(cServer, local.path));
    });
  });
});
