// Backups of folders in volumes on the server, which it keeps in order by listing, fetching and deleting them; lftp is its hands.
import { chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { makeCertificate } from '@pure-ftpd/x509';
import { peerPath, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { expect, test } from 'vitest';

import { Daemon, LOGIN, PASSWORD, servedAs } from '../support/daemon.ts';
import { AWKWARD_NAMES } from '../support/names.ts';
import { type Finished, runProgram } from '../support/program.ts';
import { makeTree, treeDigest } from '../support/tree.ts';
import { expectDone, makeContent } from './contract.ts';

describeWith(['duplicity', 'lftp'], 'duplicity', () => {
  test.for([
    ['ftp', 'backs up in volumes, adds what has changed, backs up anew, removes the older backup, and restores'],
    ['ftpes', 'backs up in volumes, and restores'],
  ] as const)('%s: %s', async ([scheme]) => {
    using local = tempFolder();
    const { certificate, key } = makeCertificate({ names: ['127.0.0.1'] });
    writeFileSync(local.file('server.pem'), certificate + key);
    writeFileSync(local.file('authority.pem'), certificate);
    const args = scheme === 'ftp' ? [] : ['-Y', '3', '-2', local.file('server.pem')];
    await using daemon = await Daemon.start({ args });
    // By itself it makes the folder, takes that for a failure, and has success at the second try: with any server.
    mkdirSync(join(daemon.home, 'back ups [1]'));
    chownSync(join(daemon.home, 'back ups [1]'), servedAs().uid, servedAs().gid);
    const url = `${scheme}://${LOGIN}@127.0.0.1:${daemon.port}/back ups [1]`;
    // It tells backups apart by the second: each run is an hour after the one before.
    let time = 1_700_000_000;
    const duplicity = async (...words: readonly string[]): Promise<Finished> => {
      time += 3600;
      const options = ['--no-encryption', `--current-time=${time}`, '--volsize=1', '--num-retries=1', '--timeout=60'];
      const trust = ['--ssl-cacert-file', local.file('authority.pem')];
      const path = [dirname(peerPath('lftp')), process.env['PATH'] ?? ''].join(delimiter);
      const finished = await runProgram(peerPath('duplicity'), [...words, ...options, ...trust], {
        cwd: local.path,
        env: { FTP_PASSWORD: PASSWORD, PATH: path },
      });
      return expectDone(finished);
    };
    const tree = local.file('tree');
    makeTree(tree, { folders: 1, filesPerFolder: 20, names: AWKWARD_NAMES.filter((name) => name.isWellFormed()) });
    makeContent(join(tree, 'two volumes'), 1_500_000);

    await duplicity('full', tree, url);
    if (scheme === 'ftp') {
      renameSync(join(tree, 'two volumes'), join(tree, 'renamed ü'));
      await duplicity('incremental', tree, url);
      // What was fetched before is forgotten: it asks the server for its list and signatures.
      rmSync(local.file('.cache'), { recursive: true });
      await duplicity('full', tree, url);
      const stored = treeDigest(daemon.home).size;
      await duplicity('remove-all-but-n-full', '1', '--force', url);
      expect(treeDigest(daemon.home).size).toBeLessThan(stored);
    }
    await duplicity('restore', url, local.file('restored'));
    expect(treeDigest(local.file('restored'))).toEqual(treeDigest(tree));
  });
});
