// The password of a user on the command line: asked for without being shown, taken from the environment, or made.
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Letters and digits that are not taken for each other. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
/** So many of them are 92 bits. */
const LENGTH = 16;

/** A password that nobody can guess. */
export function randomPassword(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

/**
 * Asks on the terminal, and does not show what is typed.
 * @returns undefined where there is no terminal, or nothing was typed.
 */
export async function askPassword(name: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  process.stderr.write(`Password of ${name}: `);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: true });
  try {
    const typed = await lines.question('');
    return typed === '' ? undefined : typed;
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
