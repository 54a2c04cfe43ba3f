import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  FACTS,
  formatFacts,
  formatFactSelection,
  formatFactsFeature,
  formatFactsLine,
  parseFactSelection,
  permFact,
  selectFacts,
} from './facts.ts';
import type { ListEntry } from './list-line.ts';

const FILE: ListEntry = {
  name: 'f.txt',
  type: 'file',
  mode: 0o100644,
  nlink: 1,
  uid: 1000,
  gid: 100,
  size: 19,
  mtimeMs: Date.UTC(2026, 10, 20, 23, 17, 1, 500),
  dev: 0x801,
  ino: 0xabcdef,
};
const pureFtpd = FACTS.filter((name) => name !== 'perm');
const selection = selectFacts(pureFtpd);

describe('formatFacts', () => {
  it('writes a file as Pure-FTPd does', () => {
    expect(formatFactsLine(FILE, selection)).toBe(
      'type=file;size=19;modify=20261120231701;UNIX.mode=0644;UNIX.uid=1000;UNIX.gid=100;unique=801gabcdef; f.txt',
    );
    expect(formatFacts({ ...FILE, mode: 0 }, selectFacts(['UNIX.mode']))).toBe('UNIX.mode=00;');
  });

  it('writes directories with sizd, and the two special ones', () => {
    const dir: ListEntry = { ...FILE, type: 'dir' };
    const some = selectFacts(['sizd', 'type', 'size']);
    expect(formatFacts(dir, some)).toBe('type=dir;sizd=19;');
    expect(formatFacts(dir, some, { special: 'cdir' })).toBe('type=cdir;sizd=19;');
    expect(formatFacts(dir, some, { special: 'pdir' })).toBe('type=pdir;sizd=19;');
    expect(formatFacts(dir, selectFacts(['size']))).toBe('');
  });

  it('writes links with their target unless it would break the facts', () => {
    const type = selectFacts(['type']);
    const link: ListEntry = { ...FILE, type: 'link' };
    expect(formatFacts({ ...link, target: '/a/ü' }, type)).toBe('type=OS.unix=slink:/a/ü;');
    expect(formatFacts(link, type)).toBe('type=OS.unix=slink:;');
    for (const target of ['a;b', 'a b', 'a\r\nb', 'a\0b']) {
      expect(formatFacts({ ...link, target }, type)).toBe('type=OS.unix=symlink;');
    }
    expect(formatFacts({ ...FILE, type: 'other' }, type)).toBe('type=unknown;');
  });

  it('writes perm and fractions when they are given', () => {
    const some = selectFacts(['perm', 'modify']);
    expect(formatFacts(FILE, some, { perm: 'rw', fraction: true })).toBe('modify=20261120231701.500;perm=rw;');
    expect(formatFacts(FILE, some)).toBe('modify=20261120231701;');
  });

  it('gives back the name behind the first space, whatever it is', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, fc.constantFrom('file' as const, 'link' as const), (name, target, type) => {
        const line = formatFactsLine({ ...FILE, name, target, type }, selection);
        expect(line).not.toMatch(/[\0\r\n]/);
        const space = line.indexOf(' ');
        expect(line.slice(space + 1)).toBe(name.replace(/[\0\r\n]/g, '_'));
        expect(line.slice(0, space).split(';')).toHaveLength(8);
      }),
    );
  });
});

describe('the selection of facts', () => {
  it('is what OPTS MLST names, in any case and order', () => {
    const chosen = parseFactSelection('SIZE;Type;x-none;unix.MODE;', pureFtpd);
    expect(formatFactSelection(chosen)).toBe('type;size;UNIX.mode;');
    expect(formatFactsFeature(['type', 'size', 'modify', 'UNIX.mode'], chosen)).toBe('type*;size*;modify;UNIX.mode*;');
    expect(parseFactSelection('perm;', pureFtpd).names).toEqual([]);
    expect(parseFactSelection('').names).toEqual([]);
  });

  it('has the feature line of Pure-FTPd', () => {
    expect(formatFactsFeature(pureFtpd, selection)).toBe(
      'type*;size*;sizd*;modify*;UNIX.mode*;UNIX.uid*;UNIX.gid*;unique*;',
    );
  });
});

describe('permFact', () => {
  it('gives files and directories the letters that apply to them', () => {
    expect(permFact('elradfmwMT', { type: 'file' })).toBe('adfrw');
    expect(permFact('elradfmwMT', { type: 'dir' })).toBe('cdeflmp');
    expect(permFact('elr', { type: 'file' })).toBe('r');
    expect(permFact('elr', { type: 'dir' })).toBe('el');
    expect(permFact('', { type: 'dir' })).toBe('');
  });
});
