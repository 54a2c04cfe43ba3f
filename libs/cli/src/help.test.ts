import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderHelp } from './help.ts';

describe('renderHelp', () => {
  test('has a line for each option, in the order of the table, and wraps', () => {
    const options = [
      { short: 'a', long: 'trustedgid', argument: 'gid', description: 'Trust a group' },
      { long: 'only-long', description: 'No short form' },
      { short: '2', long: 'certfile', argument: 'certificate and key', description: 'A digit, and a long name' },
      { short: 'S', argument: '[address,][port]', description: 'A form of its own' },
      { short: 'z', description: 'No long form, but words enough for a second line' },
    ];
    const page = renderHelp(
      {
        program: 'prog',
        version: '1.2.3',
        usage: ['[OPTION]...', 'FILE'],
        purpose: 'Does what it says, and says what it does, here.',
        options,
        epilogue: ['See the manual.'],
      },
      62,
    );
    expect(page).toBe(
      [
        'Usage: prog [OPTION]...',
        '       prog FILE',
        '',
        'Does what it says, and says what it does, here.',
        '',
        'Options:',
        '  -a, --trustedgid <gid>          Trust a group',
        '      --only-long                 No short form',
        '  -2, --certfile <certificate and key>',
        '                                  A digit, and a long name',
        '  -S [address,][port]             A form of its own',
        '  -z                              No long form, but words',
        '                                  enough for a second line',
        '      --help                      print this page',
        '      --version                   print the version',
        '',
        'See the manual.',
        '',
      ].join('\n'),
    );
  });

  test('has no second line for --help and --version of the table', () => {
    const options = [{ short: 'h', long: 'help', description: 'of the table' }];
    const page = renderHelp({ program: 'p', version: '1', usage: [''], purpose: 'Nothing.', options }, 80);
    expect(page.match(/--help/g)).toHaveLength(1);
    expect(page).toContain('Usage: p\n');
  });
});

/** What a program with an `About` prints, and whether it goes on. */
function tell(...words: readonly string[]): string {
  const about = `{ program: 'prog', version: '1.2.3', help: () => 'the page\\n' }`;
  const body = `import { tellsAbout } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
    if (!tellsAbout(${about}, process.argv.slice(1))) console.log('goes on');`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', body, '--', ...words], { encoding: 'utf8' }).stdout;
}

test.each<[words: readonly string[], out: string]>([
  [['--version'], 'prog v1.2.3\n'],
  [['--help'], 'the page\n'],
  [['--help', '-x'], 'the page\n'],
  [[], 'goes on\n'],
  [['-r', '--help'], 'goes on\n'],
  [['--helpless'], 'goes on\n'],
])('%j is told or goes on', (words, out) => {
  expect(tell(...words)).toBe(out);
});
