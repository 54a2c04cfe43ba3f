// Copies folders between clouds and servers: a process for each command, which lists a folder before it does anything in it.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeCertificate } from '@pure-ftpd/x509';
import { freePort, peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Daemon, LOGIN, PASSWORD } from '../support/daemon.ts';
import { AWKWARD_NAMES } from '../support/names.ts';
import { type Finished, runProgram } from '../support/program.ts';
import { makeTree, treeDigest } from '../support/tree.ts';
import { expectDone } from './contract.ts';

/** Its names are strings of UTF-8. */
const NAMES = AWKWARD_NAMES.filter((name) => name.isWellFormed());

const SECURITY = ['clear', 'explicit', 'implicit'] as const;

type Security = (typeof SECURITY)[number];

describeWith(['rclone'], 'rclone', () => {
  const certificates = tempFolder();
  let obscured = '';
  beforeAll(async () => {
    const { certificate, key } = makeCertificate({ names: ['127.0.0.1'] });
    writeFileSync(certificates.file('server.pem'), certificate + key);
    writeFileSync(certificates.file('authority.pem'), certificate);
    obscured = (await runProgram(peerPath('rclone'), ['obscure', PASSWORD])).stdout.trim();
  });
  afterAll(() => certificates.remove());

  /** Runs it with its settings in its environment, where the server is called `server:`. What fails is not tried again. */
  const rclone = (
    port: number,
    security: Security,
    folder: TempFolder,
    args: readonly string[],
    password = obscured,
  ): Promise<Finished> => {
    const env = {
      RCLONE_CONFIG: '',
      RCLONE_CONFIG_SERVER_TYPE: 'ftp',
      RCLONE_CONFIG_SERVER_HOST: '127.0.0.1',
      RCLONE_CONFIG_SERVER_PORT: String(port),
      RCLONE_CONFIG_SERVER_USER: LOGIN,
      RCLONE_CONFIG_SERVER_PASS: password,
      RCLONE_CONFIG_SERVER_TLS: String(security === 'implicit'),
      RCLONE_CONFIG_SERVER_EXPLICIT_TLS: String(security === 'explicit'),
      SSL_CERT_FILE: certificates.file('authority.pem'),
      RCLONE_RETRIES: '1',
      RCLONE_LOW_LEVEL_RETRIES: '1',
    };
    return runProgram(peerPath('rclone'), args, { cwd: folder.path, env });
  };

  test.for(SECURITY)(
    `%s: a tree of 80 files of ${NAMES.length} awkward names goes up, is compared, moved, listed, fetched and removed`,
    async (security) => {
      using local = tempFolder();
      const implicit = await freePort();
      const tls = ['-Y', '3', '-2', certificates.file('server.pem'), '--implicit-tls', `127.0.0.1,${implicit}`];
      await using daemon = await Daemon.start({ args: security === 'clear' ? [] : tls });
      const port = security === 'implicit' ? implicit : daemon.port;
      const run = async (...args: readonly string[]): Promise<Finished> =>
        expectDone(await rclone(port, security, local, args));
      const tree = local.file('tree');
      makeTree(tree, { folders: 2, filesPerFolder: 40, names: NAMES });

      await run('copy', tree, 'server:up');
      expect(treeDigest(join(daemon.home, 'up'))).toEqual(treeDigest(tree));
      await run('check', tree, 'server:up', '--download');

      const [first = ''] = NAMES;
      await run('moveto', `server:up/${first}`, 'server:up/moved [folder] é');
      renameSync(join(tree, first), join(tree, 'moved [folder] é'));
      const expected = treeDigest(tree);
      expect(treeDigest(join(daemon.home, 'up'))).toEqual(expected);

      const { stdout } = await run('lsf', '-R', 'server:up');
      const listed = Buffer.from(stdout, 'latin1').toString().trimEnd().split('\n');
      expect(listed.toSorted()).toEqual([...expected.keys()].toSorted());

      await run('copy', 'server:up', local.file('down'));
      expect(treeDigest(local.file('down'))).toEqual(expected);
      await run('purge', 'server:up');
      await run('copyto', join(tree, 'moved [folder] é', '日本語'), 'server:a [single] é');
      await run('moveto', 'server:a [single] é', 'server:{moved} #ü');
      expect([...treeDigest(daemon.home).keys()]).toEqual(['{moved} #ü']);
      await run('deletefile', 'server:{moved} #ü');
      expect(treeDigest(daemon.home).size).toBe(0);
    },
  );

  describe('errors are shown:', () => {
    test.for([
      ['a wrong password', ['lsf', 'server:'], /530 /, 'AAAAAAAAAAAAAAAAAAAAAAAA'],
      ['a folder that is not there', ['lsf', 'server:missing'], /directory not found/, undefined],
    ] as const)('%s', async ([, args, shown, password]) => {
      using local = tempFolder();
      await using daemon = await Daemon.start();
      const { status, output } = await rclone(daemon.port, 'clear', local, args, password);
      expect(status).not.toBe(0);
      expect(output).toMatch(shown);
    });
  });
});
