import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeCertificate, type MadeCertificate } from '@pure-ftpd/x509';
import { NamespacedProcess, type TempFolder } from '@pure-ftpd/peers';
import { untilTrue } from '@pure-ftpd/testing';

import { readGolden } from './golden.ts';
import type { Side } from './programs.ts';

/** One of the recorded conversations of the C server with a certificate daemon. */
export interface CertificateCase {
  readonly title: string;
  /** What the program of the daemon prints; `DIR` stands for the folder with certificates. */
  readonly reply: string;
  /** Common name of the certificate the client saw; undefined when there was no handshake. */
  readonly seen: string | undefined;
}

/** A string of Python as it is written. */
function unquoted(text: string): string {
  return text.replaceAll(String.raw`\n`, '\n').replaceAll(String.raw`\r`, '\r');
}

/** The conversations in which the client named the server a.example.org. */
export function certificateCases(): CertificateCase[] {
  const text = readGolden('extcert', 'dialogues.txt');
  return text
    .split(/^## /m)
    .slice(1)
    .filter((part) => part.includes("client SNI    : 'a.example.org'"))
    .map((part) => {
      const [title = ''] = part.split('\n', 1);
      const [, reply = ''] = /handler sends : b'(.*)'/.exec(part) ?? [];
      const [, seen] = /result {8}: subject=CN = (\S+)/.exec(part) ?? [];
      return { title, reply: unquoted(reply).replaceAll('/etc/ssl/sni', 'DIR'), seen };
    });
}

function made(name: string): MadeCertificate {
  return makeCertificate({ names: [name] });
}

/** Makes the certificates of the recorded conversations in a folder: those for names, and that of the server. */
export function makeCertificates(folder: TempFolder): { readonly directory: string; readonly main: string } {
  const directory = folder.file('sni');
  const main = folder.file('main.pem');
  mkdirSync(directory);
  const [a, b, own] = [made('a.example.org'), made('b.example.org'), made('default.example.org')];
  writeFileSync(join(directory, 'a.pem'), a.certificate + a.key);
  writeFileSync(join(directory, 'b.crt'), b.certificate);
  writeFileSync(join(directory, 'b.key'), b.key);
  writeFileSync(main, own.certificate + own.key);
  return { directory, main };
}

/**
 * Starts a certificate daemon whose program prints, for the name N, the file N of a folder.
 * @returns Its socket; the daemon ends with the `await using` of its owner.
 */
export async function startCertificateDaemon(
  side: Side,
  folder: TempFolder,
  replies: string,
): Promise<{ readonly socket: string } & AsyncDisposable> {
  const socket = folder.file(`${side.name}.sock`);
  const program = folder.file(`${side.name}.sh`);
  writeFileSync(program, `#!/bin/sh\ncat ${replies}/"$CERTD_SNI_NAME"\n`, { mode: 0o755 });
  const daemon = new NamespacedProcess([side.program('pure-certd'), '-s', socket, '-r', program]);
  try {
    await untilTrue('the certificate daemon listens', () => existsSync(socket));
  } catch (error) {
    await daemon.stop();
    throw new Error(`pure-certd did not start: ${daemon.output}`, { cause: error });
  }
  return { socket, [Symbol.asyncDispose]: () => daemon.stop() };
}
