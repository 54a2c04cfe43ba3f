import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { DirectoryScan, EntryType, isDirectoryScanAvailable, NodeStatus, O_DIRECTORY, O_RDONLY } from './index.ts';

describe.skipIf(!isDirectoryScanAvailable())('a scan of directories', () => {
  let folder: string;
  let fd: number;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'directory-scan-'));
    fd = openSync(folder, O_RDONLY | O_DIRECTORY);
  });
  afterEach(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  function names(scan: DirectoryScan, cookie?: bigint): string[] {
    const found: string[] = [];
    for (scan.start(fd, cookie); scan.next();) found.push(scan.name.toString('latin1'));
    return found;
  }

  it('finds every name, the longest and the oddest too, whatever the size of the buffer', () => {
    const all = [
      '.a',
      '..b',
      '...',
      'x'.repeat(255),
      'a\nb',
      ...Array.from({ length: 300 }, (_, index) => `n${index}`),
    ];
    for (const name of all) writeFileSync(join(folder, name), '');
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff, 0xfe)]), '');
    for (const size of [280, 1000, 65_536]) {
      expect(names(new DirectoryScan(size)).toSorted()).toEqual([...all, '\u00ff\u00fe'].toSorted());
    }
  });

  it('finds nothing in a directory that was removed meanwhile', () => {
    mkdirSync(join(folder, 'gone'));
    const gone = openSync(join(folder, 'gone'), O_RDONLY | O_DIRECTORY);
    rmdirSync(join(folder, 'gone'));
    const scan = new DirectoryScan();
    scan.start(gone);
    expect(scan.next()).toBe(false);
    closeSync(gone);
  });

  it('goes on where it was', () => {
    for (let index = 0; index < 50; index++) writeFileSync(join(folder, `n${index}`), '');
    const scan = new DirectoryScan(280);
    const first: string[] = [];
    scan.start(fd);
    while (first.length < 20 && scan.next()) first.push(scan.name.toString());
    const rest = names(new DirectoryScan(), scan.cookie);
    expect([...first, ...rest].toSorted()).toEqual(names(new DirectoryScan()).toSorted());
  });

  it('looks at entries without following links, and opens them', () => {
    writeFileSync(join(folder, 'file'), '12345');
    chmodSync(join(folder, 'file'), 0o640);
    mkdirSync(join(folder, 'directory'));
    symlinkSync('file', join(folder, 'link'));
    const scan = new DirectoryScan();
    const status = new NodeStatus();
    const seen: Record<string, unknown> = {};
    for (scan.start(fd); scan.next();) {
      expect(scan.status(status)).toBe(0);
      expect(scan.type).toBe(status.type);
      seen[scan.name.toString()] = [status.type, scan.isNamed(Buffer.from('file'))];
      if (status.type === EntryType.file)
        expect([status.size, status.exactSize, status.permissions]).toEqual([5, 5n, 0o640]);
      if (status.type === EntryType.directory) {
        const opened = scan.open(O_RDONLY | O_DIRECTORY);
        const before = status.inode;
        status.readDescriptor(opened);
        expect([status.inode, status.device]).toEqual([before, status.device]);
        expect(status.uid).toBe(statSync(folder).uid);
        closeSync(opened);
      } else {
        expect(scan.open(O_RDONLY | O_DIRECTORY)).toBeLessThan(0);
      }
    }
    expect(seen).toEqual({ file: [8, true], directory: [4, false], link: [10, false] });
  });

  it('knows sizes that need more than 32 bits', () => {
    const size = 2 ** 43 + 1;
    writeFileSync(join(folder, 'sparse'), '');
    truncateSync(join(folder, 'sparse'), size);
    const scan = new DirectoryScan();
    const status = new NodeStatus();
    scan.start(fd);
    expect(scan.next() && scan.status(status)).toBe(0);
    expect([status.size, status.exactSize]).toEqual([size, BigInt(size)]);
  });
});
