import { execFileSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

const door = JSON.stringify(new URL('index.ts', import.meta.url).href);

/** Runs a module in a Node of its own and answers what it printed. */
function run(...lines: string[]): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', lines.join('\n')], { encoding: 'utf8' });
}

const REPORT = [
  `const posix = await import(${door});`,
  'console.log(posix.isOpenat2Available(), posix.isCryptAvailable(), posix.isNssAvailable(), posix.isRenameat2Available());',
  "const failures = [() => posix.openat2(0, 'x', { flags: 0 }), () => posix.getpwnamSync('root'), () => posix.allPasswdEntries(), () => posix.crypt(Buffer.from('x'), '$6$x')];",
  'for (const call of failures) {',
  '  try { await call(); console.log("ran"); } catch (error) { console.log(error.code); }',
  '}',
];
const ALL_UNAVAILABLE = `false false false false\n${'NATIVE_UNAVAILABLE\n'.repeat(4)}`;

describe('where native calls cannot be made', () => {
  it('says so when koffi is missing', () => {
    const hook =
      "resolve: (name, context, next) => { if (name === 'koffi') throw new Error('not installed'); return next(name, context); }";
    expect(run("import { registerHooks } from 'node:module';", `registerHooks({ ${hook} });`, ...REPORT)).toBe(
      ALL_UNAVAILABLE,
    );
  });

  it('says so when the switch takes them away, and why', () => {
    const off = "process.env.PURE_FTPD_NATIVE = 'off';";
    expect(run(off, ...REPORT)).toBe(ALL_UNAVAILABLE);
    expect(run(off, REPORT[0] ?? '', 'console.log(posix.whyNoNativeCalls());')).toBe(
      'native calls are off (PURE_FTPD_NATIVE)\n',
    );
  });

  it('says so on another operating system', () => {
    const pretend = "Object.defineProperty(process, 'platform', { value: 'darwin' });";
    const [available] = run(pretend, ...REPORT).split('\n');
    expect(available).toBe('false false false false');
    expect(run(pretend, ...REPORT)).toBe(ALL_UNAVAILABLE);
  });
});

it('works in a program that has used koffi before', () => {
  const said = run(
    `const { createRequire } = await import('node:module');`,
    `createRequire(${door})('koffi').load(null);`,
    `const posix = await import(${door});`,
    `console.log(posix.getpwnamSync('root').uid);`,
  );
  expect(said).toBe('0\n');
});

it('loads nothing native before it is needed', () => {
  const loaded = run(
    `await import(${door});`,
    'console.log(process.report.getReport().sharedObjects.filter((file) => file.includes("koffi")).length);',
    `(await import(${door})).isOpenat2Available();`,
    'console.log(process.report.getReport().sharedObjects.filter((file) => file.includes("koffi")).length);',
  );
  expect(loaded).toBe('0\n1\n');
});
