// The password of a user on the command line: asked for without being shown, taken from the environment, or made.
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
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
 * Asks on the terminal, and does not show what is typed. Ctrl-C ends the program, as anywhere.
 * @returns undefined where there is no terminal, or nothing was typed.
 */
export async function askPassword(name: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: true });
  // Asked when the terminal has ceased to show what is typed: a quick hand would be seen.
  process.stderr.write(`Password of ${name}: `);
  const { promise, resolve } = Promise.withResolvers<string>();
  let isInterrupted = false;
  lines.once('line', resolve);
  lines.once('close', () => resolve(''));
  lines.once('SIGINT', () => {
    isInterrupted = true;
    resolve('');
  });
  const typed = await promise;
  lines.close();
  process.stderr.write('\n');
  if (isInterrupted) process.kill(process.pid, 'SIGINT');
  return typed === '' ? undefined : typed;
}
