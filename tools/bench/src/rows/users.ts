import { openSync, closeSync, writeSync } from 'node:fs';

export const USERS = 1_500_000;

/** The login of the user with this number. */
export function login(number: number): string {
  return `user${number}`;
}

/** Writes a text file of that many users, each with a home of its own. */
export function writeUsers(file: string, count: number): void {
  const fd = openSync(file, 'w');
  try {
    const hash = '$6$abcdefghijklmnop$' + 'x'.repeat(86);
    for (let from = 0; from < count; from += 10_000) {
      const lines = Array.from({ length: Math.min(10_000, count - from) }, (_, index) => {
        const name = login(from + index);
        return `${name}:${hash}:3001:3001::/srv/ftp/${name}/./::::::::::::\n`;
      });
      writeSync(fd, lines.join(''));
    }
  } finally {
    closeSync(fd);
  }
}
