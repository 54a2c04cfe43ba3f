// draft-bryan-ftpext-hash: HASH, a digest of a file
import type { CommandRow } from '../contract/command.ts';
import { upperCase } from '@pure-ftpd/protocol';

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

import { buffers, LARGEST_BUFFER } from '../sockets/buffer-pool.ts';
import { fileOutcome } from '../errors.ts';
import type { VirtualFile } from '../contract/virtual-file.ts';
import type { Session } from '../contract/session.ts';
import { HASH_ALGORITHMS, type HashAlgorithm } from '../state/hash-algorithms.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { LongWork } from '../long-work.ts';
import { reason } from '../replies/reasons.ts';

interface Digest {
  update(bytes: Uint8Array): void;
  end(): string;
}

export async function hash(session: Session, path: string): Promise<Outcome> {
  const algorithm = session.hashAlgorithm;
  let file: VirtualFile;
  try {
    file = await session.fs.open(path);
  } catch (error) {
    return fileOutcome(error, path);
  }
  try {
    const { size } = file;
    const digest = await digestOf(session, file, size, algorithm);
    if (digest === undefined) return { name: 'transferFailed', reason: reason('fileShortened') };
    return { name: 'fileHash', algorithm, end: size, hash: digest, path };
  } catch (error) {
    return fileOutcome(error, path);
  } finally {
    await file.close();
  }
}

/** Undefined when the file ends early. @throws {TransferAborted} when nobody is left to be told. */
async function digestOf(
  session: Session,
  file: VirtualFile,
  size: number,
  algorithm: HashAlgorithm,
): Promise<string | undefined> {
  const digest = digestBy(algorithm);
  const work = new LongWork(session);
  const buffer = buffers.take(LARGEST_BUFFER);
  try {
    for (let position = 0; position < size;) {
      const count = await file.read(buffer.subarray(0, Math.min(buffer.length, size - position)), position);
      if (count === 0) return undefined;
      digest.update(buffer.subarray(0, count));
      position += count;
      if (work.isDue) await work.turn();
    }
    return digest.end();
  } finally {
    buffers.give(buffer);
  }
}

function digestBy(algorithm: HashAlgorithm): Digest {
  if (algorithm === 'SHA-256') {
    const sha = createHash('sha256');
    return { update: (bytes) => sha.update(bytes), end: () => sha.digest('hex') };
  }
  let sum = 0;
  return {
    update: (bytes) => {
      sum = crc32(bytes, sum);
    },
    end: () => sum.toString(16).padStart(8, '0'),
  };
}

/** OPTS HASH: shows the algorithm, or chooses one. */
export function optsHash(session: Session, argument: string): Outcome {
  if (argument !== '') {
    const chosen = HASH_ALGORITHMS.find((algorithm) => algorithm === upperCase(argument));
    if (chosen === undefined) return { name: 'argumentUnsupported', verb: 'OPTS', argument: `HASH ${argument}` };
    session.hashAlgorithm = chosen;
  }
  return { name: 'optionsSet', text: session.hashAlgorithm };
}

/** What FEAT says: all algorithms, an asterisk behind the chosen one. */
export function hashFeature(session: Session): string {
  return `HASH ${HASH_ALGORITHMS.map((algorithm) => (algorithm === session.hashAlgorithm ? `${algorithm}*` : algorithm)).join(';')}`;
}

/** The row of HASH in the table of verbs. */
export const hashRow: CommandRow = {
  verb: 'HASH',
  argument: 'required',
  phase: 'loggedIn',
  permission: 'r',
  path: 'follow',
  feature: hashFeature,
  syntax: '<SP> path',
  help: 'show the digest of a file',
  run: hash,
};
