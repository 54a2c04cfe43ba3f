import { options } from '@pure-ftpd/options';
import { describe, expect, test } from 'vitest';

import { helpList, helpPage } from './help.ts';
import { VERSION } from './version.ts';

describe('help', () => {
  test('begins with the version, as scripts cut it out of what the C server prints', () => {
    for (const text of [helpPage(), helpList()])
      expect(text.split('\n', 2)).toEqual([`pure-ftpd v${VERSION} [privsep]`, '']);
  });

  test('in a list has a line for every option of the C server, in its form; ours follow', () => {
    const [, , ...lines] = helpList().slice(0, -1).split('\n');
    expect(lines).toContain('-c\t--maxclientsnumber\t<opt>');
    expect(lines).toContain('-A\t--chrooteveryone\t');
    const first = lines.findIndex((line) => line.startsWith('\t'));
    expect(lines.slice(first).every((line) => /^\t--[a-z\d-]+\t(?:<opt>)?$/.test(line))).toBe(true);
    // Two of them are not in the C server any more.
    expect(first).toBe(57 + 2);
  });

  test('in a page has every option that can be used, on lines that fit a terminal', () => {
    const page = helpPage();
    for (const { short, long, unsupported } of options) {
      const named = short === undefined ? `--${long}` : `-${short}, --${long}`;
      expect(page.includes(named)).toBe(unsupported !== true);
    }
    expect(page.split('\n').filter((line) => line.length > 80 || line.includes('\t'))).toEqual([]);
  });
});
