import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PATIENCE } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { CertificateSource, type CertificateSourceOptions } from './certificate-source.ts';
import { makeCertificate } from '@pure-ftpd/x509';
import { put, writeCertificate } from './testing/certificate-files.ts';

let folder = '';
let lines: string[] = [];
let source: CertificateSource | undefined;
let changes = 0;

const at = (...names: string[]): string => join(folder, ...names);
const until = (condition: () => void): Promise<void> => vi.waitFor(condition, { timeout: PATIENCE, interval: 5 });

/** Never looks by itself unless told: what is taken was told of by the system. */
async function open(
  certFile: string,
  keyFile = certFile,
  rest: Partial<CertificateSourceOptions> = {},
): Promise<CertificateSource> {
  source = await CertificateSource.open({
    main: { certFile, keyFile },
    log: (level, text) => lines.push(`${level} ${text.replaceAll(folder, '')}`),
    settleMs: 20,
    lookAgainMs: 3_600_000,
    ...rest,
  });
  source.onChange = () => (changes += 1);
  await source.watch();
  return source;
}

function mainNames(): readonly string[] | undefined {
  return source?.certificates[0].names;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  lines = [];
  changes = 0;
});
afterEach(async () => {
  await source?.close();
  source = undefined;
  rmSync(folder, { recursive: true, force: true });
});

describe('a certificate that is replaced on disk is taken', () => {
  test('when a new file is renamed over it, again and again', async () => {
    writeCertificate({ names: ['v0'] }, at('a.pem'));
    await open(at('a.pem'));
    for (const version of ['v1', 'v2', 'v3']) {
      writeCertificate({ names: [version] }, at('a.pem'));
      await until(() => expect(mainNames()).toEqual([version]));
    }
    expect(changes).toBe(3);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^info \/a.pem: certificate replaced: for v1, until .*Z, SHA-256 [0-9A-F:]{95}$/);
  });

  test('and the log tells of it when it is in use', async () => {
    writeCertificate({ names: ['old'] }, at('a.pem'));
    mkdirSync(at('more'));
    writeCertificate({ names: ['gone'] }, at('more/1.pem'));
    const opened = await open(at('a.pem'), at('a.pem'), { folders: [at('more')] });
    opened.onChange = () => lines.push('in use');
    writeCertificate({ names: ['new'] }, at('a.pem'));
    renameSync(at('more/1.pem'), at('more/2.pem'));
    await opened.check();
    expect(lines.map((line) => line.replace(/: for .*/, ''))).toEqual([
      'in use',
      'info /a.pem: certificate replaced',
      'info /more/2.pem: certificate added',
      'info /more/1.pem: the certificate was removed',
    ]);
  });

  test('when it is written into, in pieces', async () => {
    writeCertificate({ names: ['old'] }, at('a.pem'));
    await open(at('a.pem'));
    const { certificate, key } = makeCertificate({ names: ['new'] });
    const text = certificate + key;
    writeFileSync(at('a.pem'), text.slice(0, 300));
    writeFileSync(at('a.pem'), text);
    await until(() => expect(mainNames()).toEqual(['new']));
  });

  test('when it is deleted, and comes back later', async () => {
    writeCertificate({ names: ['old'] }, at('a.pem'));
    await open(at('a.pem'));
    unlinkSync(at('a.pem'));
    await until(() => expect(lines).toEqual(['error /a.pem: no such file; the one before stays in use']));
    expect(mainNames()).toEqual(['old']);
    writeCertificate({ names: ['new'] }, at('a.pem'));
    await until(() => expect(mainNames()).toEqual(['new']));
  });

  test('when links are turned as certbot does', async () => {
    const archive = (version: number): void => {
      writeCertificate(
        { names: [`v${version}`] },
        at(`archive/x/fullchain${version}.pem`),
        at(`archive/x/privkey${version}.pem`),
      );
    };
    const turn = (name: string, version: number): void => {
      symlinkSync(`../../archive/x/${name}${version}.pem`, at(`live/x/${name}.new`));
      renameSync(at(`live/x/${name}.new`), at(`live/x/${name}.pem`));
    };
    mkdirSync(at('archive/x'), { recursive: true });
    mkdirSync(at('live/x'), { recursive: true });
    archive(1);
    for (const name of ['fullchain', 'privkey']) turn(name, 1);
    await open(at('live/x/fullchain.pem'), at('live/x/privkey.pem'));
    for (const version of [2, 3]) {
      archive(version);
      for (const name of ['fullchain', 'privkey']) turn(name, version);
      await until(() => expect(mainNames()).toEqual([`v${version}`]));
    }
    // What the link leads to is watched as well.
    writeCertificate({ names: ['again'] }, at('archive/x/fullchain3.pem'), at('archive/x/privkey3.pem'));
    await until(() => expect(mainNames()).toEqual(['again']));
    expect(lines.filter((line) => !line.startsWith('info'))).toEqual([]);
  });

  test('when the link of a folder is turned, as Kubernetes does', async () => {
    const version = (name: string): void => {
      mkdirSync(at(`..${name}`));
      writeCertificate({ names: [name] }, at(`..${name}/tls.crt`), at(`..${name}/tls.key`));
      symlinkSync(`..${name}`, at('..data.new'));
      renameSync(at('..data.new'), at('..data'));
    };
    version('v1');
    symlinkSync('..data/tls.crt', at('tls.crt'));
    symlinkSync('..data/tls.key', at('tls.key'));
    await open(at('tls.crt'), at('tls.key'));
    for (const name of ['v2', 'v3']) {
      version(name);
      await until(() => expect(mainNames()).toEqual([name]));
    }
  });

  test('when nobody tells of changes: files are looked at now and then', async () => {
    writeCertificate({ names: ['old'] }, at('a.pem'));
    await open(at('a.pem'), at('a.pem'), { settleMs: 3_600_000, lookAgainMs: 10 });
    writeCertificate({ names: ['new'] }, at('a.pem'));
    await until(() => expect(mainNames()).toEqual(['new']));
  });
});

describe('what cannot be used is told once, and the one before stays', () => {
  test('certificate and key that come one after the other', async () => {
    writeCertificate({ names: ['old'] }, at('a.crt'), at('a.key'));
    await open(at('a.crt'), at('a.key'));
    const { certificate, key } = makeCertificate({ names: ['new'] });
    put(at('a.crt'), certificate);
    const refusal =
      'error /a.key: the key is not that of /a.crt: they do not belong together; the one before stays in use';
    await until(() => expect(lines).toEqual([refusal]));
    await source?.check();
    await source?.check();
    expect(lines).toEqual([refusal]);
    expect(mainNames()).toEqual(['old']);
    put(at('a.key'), key);
    await until(() => expect(mainNames()).toEqual(['new']));
    expect(lines).toHaveLength(2);
  });

  test('a broken file, and one that has expired', async () => {
    writeCertificate({ names: ['old'] }, at('a.pem'));
    await open(at('a.pem'));
    put(at('a.pem'), 'nonsense');
    await until(() => expect(lines).toHaveLength(1));
    writeCertificate({ names: ['new'], notBefore: Date.UTC(2020, 0, 1), notAfter: Date.UTC(2021, 0, 1) }, at('a.pem'));
    await until(() => expect(lines).toHaveLength(2));
    expect(lines[1]).toBe(
      'error /a.pem: the new certificate expired at 2021-01-01T00:00:00.000Z; the one before stays in use',
    );
    expect(mainNames()).toEqual(['old']);
    expect(changes).toBe(0);
  });

  test('an unchanged certificate that is written again is no news', async () => {
    writeCertificate({ names: ['same'] }, at('a.pem'));
    await open(at('a.pem'));
    put(at('a.pem'), readFileSync(at('a.pem'), 'utf8'));
    await source?.check();
    chmodSync(at('a.pem'), 0o640);
    await source?.check();
    expect([changes, lines]).toEqual([0, []]);
  });
});

describe('folders', () => {
  test('have certificates in the forms in which tools leave them', async () => {
    writeCertificate({ names: ['main'] }, at('main.pem'));
    mkdirSync(at('more/live-one'), { recursive: true });
    mkdirSync(at('more/empty'));
    writeCertificate({ names: ['combined'] }, at('more/a.pem'));
    writeCertificate({ names: ['pair'] }, at('more/b.crt'), at('more/b.key'));
    writeCertificate({ names: ['pem-pair'] }, at('more/c.pem'), at('more/c.key'));
    writeCertificate({ names: ['certbot'] }, at('more/live-one/fullchain.pem'), at('more/live-one/privkey.pem'));
    writeFileSync(at('more/README'), 'no certificate');
    writeFileSync(at('more/.hidden.pem'), 'nor this');
    writeFileSync(at('more/broken.pem'), 'nonsense');
    const { certificates } = await open(at('main.pem'), at('main.pem'), { folders: [at('more')] });
    expect(certificates.flatMap(({ names }) => names)).toEqual(['main', 'combined', 'pair', 'pem-pair', 'certbot']);
    expect(lines).toEqual([
      'error /more/broken.pem: no certificate in it; a PEM file that begins with -----BEGIN CERTIFICATE----- is expected; it is not used',
    ]);
  });

  test('are watched: what comes is added, what is replaced is taken, what goes is removed', async () => {
    writeCertificate({ names: ['main'] }, at('main.pem'));
    mkdirSync(at('more'));
    await open(at('main.pem'), at('main.pem'), { folders: [at('more')] });
    const names = (): unknown => source?.certificates.flatMap((certificate) => certificate.names);
    writeCertificate({ names: ['one'] }, at('more/1.pem'));
    await until(() => expect(names()).toEqual(['main', 'one']));
    mkdirSync(at('more/two'));
    writeCertificate({ names: ['two'] }, at('more/two/fullchain.pem'), at('more/two/privkey.pem'));
    await source?.check();
    expect(names()).toEqual(['main', 'one', 'two']);
    writeCertificate({ names: ['one-new'] }, at('more/1.pem'));
    await until(() => expect(names()).toEqual(['main', 'one-new', 'two']));
    unlinkSync(at('more/1.pem'));
    await until(() => expect(names()).toEqual(['main', 'two']));
    expect(lines.at(-1)).toBe('info /more/1.pem: the certificate was removed');
  });

  test('that cannot be read are an error at the start, and later keep what they had', async () => {
    writeCertificate({ names: ['main'] }, at('main.pem'));
    const missing = open(at('main.pem'), at('main.pem'), { folders: [at('more')] });
    await expect(missing).rejects.toThrow(`${at('more')}: the folder cannot be read`);
    mkdirSync(at('more'));
    writeCertificate({ names: ['one'] }, at('more/1.pem'));
    await open(at('main.pem'), at('main.pem'), { folders: [at('more')] });
    renameSync(at('more'), at('elsewhere'));
    await source?.check();
    await source?.check();
    expect(source?.certificates).toHaveLength(2);
    expect(lines.filter((line) => line.includes('the folder cannot be read'))).toHaveLength(1);
  });
});

test('a certificate that cannot be used is no start', async () => {
  writeFileSync(at('a.pem'), '');
  await expect(open(at('a.pem'))).rejects.toMatchObject({ name: 'CertificateError', code: 'INCOMPLETE' });
  await expect(open(at('b.pem'))).rejects.toThrow('no such file');
});

test('what expires is told at the start', async () => {
  writeCertificate({ names: ['a'], notAfter: Date.now() + 86_400_000 * 3.5 }, at('a.pem'));
  await open(at('a.pem'));
  expect(lines).toEqual([expect.stringContaining('warning /a.pem: the certificate expires in 3 days')]);
});
