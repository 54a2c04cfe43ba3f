import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeCertificate } from '@pure-ftpd/x509';
import { freePort, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { soak } from '@pure-ftpd/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startCServer } from '../support/c-server.ts';
import { Daemon } from '../support/daemon.ts';
import { writeServed } from '../support/served-file.ts';
import { treeDigest } from '../support/tree.ts';
import { type TlsVersion, type Visit, type VisitTls, visit } from './client.ts';
import { COMMONS_NET, commonsNet, commonsNetClient, compileCommonsNet } from './commons-net.ts';
import { describeClientOverTls } from './contract-tls.ts';
import { describeClient, expectDone, makeContent } from './contract.ts';
import { type Call, runScript } from './scripted.ts';

/** Around what fits into a record, a buffer and what the kernel takes at once. */
const SIZES = soak<readonly number[]>(
  [0, 1, 16_385, 262_145, 5_000_000],
  [0, 1, 2, 1000, 16_383, 16_384, 16_385, 65_536, 100_000, 262_144, 262_145, 999_999, 1_000_000, 3_000_001, 5_000_000],
);

describeWith(COMMONS_NET, 'commons-net', () => {
  const classes = tempFolder();
  beforeAll(() => compileCommonsNet(classes.path));
  afterAll(() => classes.remove());

  const client = commonsNetClient(classes.path);
  describeClient(client);
  describeClientOverTls(client);

  /** Uploads a file of each size and downloads it again, half of them in either mode, in one session. */
  const expectWhole = async (at: Visit, server: { readonly home: string }, local: TempFolder): Promise<void> => {
    const contents = SIZES.map((size) => makeContent(local.file(`up-${size}`), size));
    const calls = SIZES.flatMap((size, index): Call[] => [
      ['mode', index % 2 === 0 ? 'passive' : 'active'],
      ['upload', local.file(`up-${size}`), `file ${size}`],
      ['download', `file ${size}`, local.file(`down-${size}`)],
    ]);
    expectDone(await runScript(commonsNet(classes.path), at, calls));
    const differing = SIZES.filter((size, index) => {
      const content = contents[index];
      if (content === undefined) return true;
      const stored = readFileSync(join(server.home, `file ${size}`));
      return !stored.equals(content) || !readFileSync(local.file(`down-${size}`)).equals(content);
    });
    expect(differing).toEqual([]);
  };

  describe('over TLS', () => {
    const certificates = tempFolder();
    const tls = (version: TlsVersion): VisitTls => ({ version, authority: certificates.file('authority.pem') });
    beforeAll(() => {
      const { certificate, key } = makeCertificate({ names: ['127.0.0.1'] });
      writeFileSync(certificates.file('server.pem'), certificate + key);
      writeFileSync(certificates.file('authority.pem'), certificate);
    });
    afterAll(() => certificates.remove());

    const versions: readonly TlsVersion[] = ['TLSv1.2', 'TLSv1.3'];
    test.for(versions.flatMap((version) => [[version, 'explicit'] as const, [version, 'implicit'] as const]))(
      `%s, %s: ${SIZES.length} files of 0 to 5,000,000 bytes go up and come down whole`,
      async ([version, begin]) => {
        using local = tempFolder();
        const port = await freePort();
        const args = ['-Y', '3', '-2', certificates.file('server.pem'), '--implicit-tls', `127.0.0.1,${port}`];
        await using daemon = await Daemon.start({ args });
        const at = visit(daemon, local.path);
        const secured: Visit =
          begin === 'explicit'
            ? { ...at, tls: tls(version) }
            : { ...at, port, tls: { ...tls(version), implicit: true } };
        await expectWhole(secured, daemon, local);
      },
    );

    describeWith(['root', 'pure-ftpd'], 'the C server', () => {
      test.for(versions)('%s: takes and gives the same files', async (version) => {
        using local = tempFolder();
        await using cServer = await startCServer('127.0.0.1', ['-Y', '1', '-2', certificates.file('server.pem')]);
        await expectWhole({ ...visit(cServer, local.path), tls: tls(version) }, cServer, local);
      });
    });

    test.for(versions)(
      '%s: its data connections do not resume the session, and --tls-session-reuse require refuses them',
      async (version) => {
        using local = tempFolder();
        const args = ['-Y', '3', '-2', certificates.file('server.pem'), '--tls-session-reuse', 'require'];
        await using daemon = await Daemon.start({ args });
        writeServed(daemon, 'served', 'content');
        const at = { ...visit(daemon, local.path), tls: tls(version) };
        const { status, output } = await client.run(at, [
          { do: 'download', remote: 'served', local: local.file('down') },
        ]);
        expect(status).toBe(1);
        // By 1.2 the server sees it within the handshake, which it ends.
        expect(output).toMatch(version === 'TLSv1.2' ? /Remote host terminated the handshake/ : /IOException: 522 /);
      },
    );
  });

  test('reads facts by MLSD and logs in anew after reinitialize()', async () => {
    using local = tempFolder();
    await using daemon = await Daemon.start();
    writeFileSync(local.file('up'), 'content');
    const calls: Call[] = [
      ['makeFolder', 'a [b]'],
      ['upload', local.file('up'), 'a [b]/ünï cödé'],
      ['facts', 'a [b]'],
      ['reinitialize'],
      ['rename', 'a [b]/ünï cödé', 'moved'],
      ['removeFolder', 'a [b]'],
    ];
    const { stdout } = expectDone(await runScript(commonsNet(classes.path), visit(daemon, local.path), calls));
    expect(Buffer.from(stdout, 'latin1').toString()).toContain('7 ünï cödé\n');
    expect([...treeDigest(daemon.home).keys()]).toEqual(['moved']);
  });
});
