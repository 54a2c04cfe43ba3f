import {
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const OWNER = 3001;

/** Fills a home with a file of each kind that commands meet. */
export function makeHome(folder: string): void {
  const owned: string[] = [];
  const put = (name: string, content: string | Buffer, mode = 0o644): void => {
    writeFileSync(join(folder, name), content, { mode });
    owned.push(name);
  };
  mkdirSync(join(folder, 'sub'), { recursive: true });
  mkdirSync(join(folder, 'with space'));
  mkdirSync(join(folder, 'full'));
  owned.push('sub', 'with space', 'full');
  put('file.txt', 'hello\nworld\n');
  put('bytes.bin', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
  put('empty', '');
  put('.hidden', 'dot');
  put('read-only', 'r', 0o400);
  put('unreadable', 'u', 0o000);
  put('sub/inner.txt', 'inner\n');
  put('full/of it', 'x');
  put('with space/a b', 'x');
  put('-dash', 'd');
  put('utf-\u00E9', 'u');
  writeFileSync(join(folder, 'of root'), 'root', { mode: 0o600 });
  symlinkSync('file.txt', join(folder, 'link'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  symlinkSync('sub', join(folder, 'to sub'));
  symlinkSync('/etc/hostname', join(folder, 'outside'));
  utimesSync(join(folder, 'file.txt'), 1_000_000_000, 1_000_000_000);
  chownSync(folder, OWNER, OWNER);
  for (const name of owned) chownSync(join(folder, name), OWNER, OWNER);
}

/** What a home holds: a line for each name, with content and mode. Names are bytes, shown as latin1. */
export function describeHome(folder: string): string[] {
  return describeFolder(Buffer.from(folder), '');
}

function describeFolder(folder: Buffer, prefix: string): string[] {
  return readdirSync(folder, { encoding: 'buffer' })
    .sort((one, other) => one.compare(other))
    .flatMap((name) => {
      const path = Buffer.concat([folder, Buffer.from('/'), name]);
      const status = lstatSync(path);
      const mode = (status.mode & 0o7777).toString(8);
      // STOU makes up a name of time and chance.
      const shown = prefix + name.toString('latin1').replace(/^pureftpd\.[\da-f]{8}\..*/, 'pureftpd.*');
      if (status.isSymbolicLink()) return [`${shown} -> ${readlinkSync(path)}`];
      if (status.isDirectory()) return [`${shown}/ ${mode}`, ...describeFolder(path, `${shown}/`)];
      return [`${shown} ${mode} ${JSON.stringify(readFileSync(path, 'latin1'))}`];
    });
}
