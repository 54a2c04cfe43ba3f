import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeCertificate } from '@pure-ftpd/x509';
import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { soak } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { Daemon } from '../support/daemon.ts';
import { writeServed } from '../support/served-file.ts';
import { makeTree, treeDigest } from '../support/tree.ts';
import { type Client, type DataMode, type Step, type TlsVersion, visit } from './client.ts';
import { absent, downloadTree, expectDone, makeContent, uploadTree } from './contract.ts';

const VERSIONS: readonly TlsVersion[] = ['TLSv1.2', 'TLSv1.3'];

/** What a client that speaks TLS must be able to do when the server insists on it, for every byte. */
export function describeClientOverTls(client: Client): void {
  describeWith(client.needs, `${client.name} over TLS`, () => {
    let certificates: TempFolder;
    let local: TempFolder;
    beforeAll(() => {
      certificates = tempFolder();
      const { certificate, key } = makeCertificate({ names: ['127.0.0.1'] });
      writeFileSync(certificates.file('server.pem'), certificate + key);
      writeFileSync(certificates.file('authority.pem'), certificate);
    });
    afterAll(() => certificates.remove());
    beforeEach(() => {
      local = tempFolder();
    });
    afterEach(() => local.remove());

    describe.for(VERSIONS)('%s', (version) => {
      let daemon: Daemon;
      beforeAll(async () => {
        daemon = await startOver(certificates);
      });
      afterAll(() => daemon[Symbol.asyncDispose]());
      afterEach(() => {
        for (const path of treeDigest(daemon.home).keys())
          rmSync(join(daemon.home, path), { recursive: true, force: true });
      });

      const at = (mode?: DataMode, server: Daemon = daemon): ReturnType<typeof visit> => ({
        ...visit(server, local.path, mode),
        tls: { version, authority: certificates.file('authority.pem') },
      });
      const run = async (steps: readonly Step[]): Promise<void> => void expectDone(await client.run(at(), steps));

      test.for(client.modes.filter((mode) => client.tlsFaults?.modes?.includes(mode) !== true))(
        'transfers a file both ways in %s mode',
        async (mode) => {
          const content = makeContent(local.file('up'), 3_000_003);
          expectDone(
            await client.run(at(mode), [
              { do: 'upload', local: local.file('up'), remote: 'file' },
              { do: 'download', remote: 'file', local: local.file('down') },
            ]),
          );
          expect(readFileSync(join(daemon.home, 'file')).equals(content)).toBe(true);
          expect(readFileSync(local.file('down')).equals(content)).toBe(true);
        },
      );

      (client.resumes?.includes(version) === true ? test : absent)(
        'resumes the session of the control connection in each data connection',
        async () => {
          await using strict = await startOver(certificates, '--tls-session-reuse', 'require');
          const content = makeContent(local.file('up'), 3_000_003);
          writeServed(strict, 'served', content);
          // A download brings the ticket for the upload: clients of TLS 1.3 use each once, and uploads bring none.
          expectDone(
            await client.run(at('passive', strict), [
              { do: 'download', remote: 'served', local: local.file('down') },
              { do: 'upload', local: local.file('up'), remote: 'file' },
            ]),
          );
          expect(readFileSync(join(strict.home, 'file')).equals(content)).toBe(true);
          expect(readFileSync(local.file('down')).equals(content)).toBe(true);
        },
      );

      test('resumes an upload and a download', async () => {
        const whole = makeContent(local.file('whole'), 2_000_000);
        writeServed(daemon, 'half', whole.subarray(0, 1_000_000));
        await run([{ do: 'resumeUpload', local: local.file('whole'), remote: 'half' }]);
        expect(readFileSync(join(daemon.home, 'half')).equals(whole)).toBe(true);
        truncateSync(local.file('whole'), 700_000);
        await run([{ do: 'resumeDownload', remote: 'half', local: local.file('whole') }]);
        expect(readFileSync(local.file('whole')).equals(whole)).toBe(true);
      });

      test('downloads an empty file, again and again', async () => {
        writeServed(daemon, 'empty', '');
        const times = Array.from({ length: soak(3, 10) }, (_, index) => local.file(`down-${index}`));
        await run(times.map((path) => ({ do: 'download', remote: 'empty', local: path })));
        expect(times.map((path) => readFileSync(path).length)).toEqual(times.map(() => 0));
      });

      test('lists', async () => {
        writeServed(daemon, 'listed', 'content');
        const { stdout } = expectDone(await client.run(at(), [{ do: 'list', remote: '.' }]));
        expect(stdout).toContain('listed');
      });

      const folders = Math.min(soak(2, 5), client.treeFolders);
      const filesPerFolder = soak(8, 20);
      test(`a tree of ${folders * filesPerFolder} files in ${folders} folders comes back the same`, async () => {
        makeTree(local.file('tree'), { folders, filesPerFolder, names: ['plain', 'with space'] });
        if (client.tlsFaults?.emptyUploads === true) removeEmptyFiles(local.file('tree'));
        const expected = treeDigest(local.file('tree'));
        await uploadTree(client, at(), local, expected);
        expect(treeDigest(join(daemon.home, 'tree'))).toEqual(expected);
        rmSync(local.file('tree'), { recursive: true });
        await downloadTree(client, at(), local, expected);
        expect(treeDigest(local.file('copy'))).toEqual(expected);
      });

      test('is refused in the clear', async () => {
        const { status } = await client.run(visit(daemon, local.path), [{ do: 'list', remote: '.' }]);
        expect(status).not.toBe(0);
      });
    });
  });
}

/** The daemon, which insists on TLS for everything. */
function startOver(certificates: TempFolder, ...args: readonly string[]): Promise<Daemon> {
  return Daemon.start({ args: ['-Y', '3', '-2', certificates.file('server.pem'), ...args] });
}

function removeEmptyFiles(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && statSync(path).size === 0) rmSync(path);
  }
}
