import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '@pure-ftpd/testing';
import { Application } from 'typedoc';
import { expect, test } from 'vitest';

import { renderReference } from './render.ts';

/** The pages of a library of one file, below `libs`. */
async function pagesOf(path: string, source: string): Promise<Map<string, string>> {
  using folder = temporaryFolder();
  const file = join(folder.path, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, source);
  const config = join(folder.path, 'tsconfig.json');
  const compilerOptions = { target: 'esnext', module: 'esnext', strict: true, types: [], lib: ['esnext'] };
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }));
  const app = await Application.bootstrap({
    entryPoints: [file],
    tsconfig: config,
    disableGit: true,
    sourceLinkTemplate: '{path}',
    sort: ['source-order'],
    excludePrivate: true,
    skipErrorChecking: true,
    logLevel: 'Error',
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('not converted');
  return renderReference(project, folder.path);
}

test('a page has each name with its members and what its docstrings say', async () => {
  const source = `
/** What is above. */
class Above {
  /** From above. */
  static limit = 3;
  onEnd(_name: string): void {}
}
/** A class, made by {@link make}. @example new One(); */
export class One extends Above {
  /** Its name. */
  readonly name: string = 'one';
  #hidden = 1;
  ftp_NOOP(argument: string): number { return this.#hidden; }
  static called(): One { return new One(); }
}
export class Two extends One {
  /** @throws Error always. */
  more<T extends string>(by?: T | (() => number)): { readonly a?: number }[] { throw new Error(String(by)); }
}
/**
 * Makes one.
 * @param kind Which one.
 * @returns A new one.
 */
export function make(kind: 'a' | 'b', ...others: number[]): One { return new One(); }
export type Maker = typeof make;
export type Long = { kind: 'a very long one'; of: 'nothing' } | { kind: 'an even longer one'; of: 'nothing at all' };
`;
  const pages = await pagesOf('server/src/server/one.ts', source);
  expect(pages.get('README.md')).toContain('[`One`](server.md#one) · [`Two`](server.md#two)');
  const page = pages.get('server.md') ?? '';
  const of = (name: string): string => page.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
  expect(of('One')).toContain('```ts\nclass One\n```\n\nA class, made by [`make`](#make).\n\n```ts\nnew One();\n```');
  expect(of('One')).toContain('### Settings of One\n\n- `static limit: number`<br>\n  `3` unless set. From above.');
  expect(of('One')).toContain('### Hooks of One\n\n- `onEnd(name: string): void`\n');
  expect(of('One')).toContain('### Commands of One\n\nEach takes the argument');
  expect(of('One')).toContain('### Fields of One\n\n- `readonly name: string`<br>\n  Its name.');
  expect(of('One')).toContain('### Methods of One\n\n- `static called(): One`');
  expect(of('One')).not.toContain('hidden');
  expect(of('Two')).toContain('class Two extends One');
  expect(of('Two')).toContain(
    '- `more<T extends string>(by?: T | (() => number)): { readonly a?: number }[]`<br>\n  Throws: Error always.',
  );
  expect(of('Two')).not.toContain('limit');
  expect(of('make')).toContain('function make(kind: "a" | "b", ...others: number[]): One');
  expect(of('make')).toContain('Makes one.\n\nReturns: A new one.\n\n- `kind`: Which one.');
  expect(of('Long')).toContain('type Long =\n  | { kind: "a very long one"; of: "nothing" }\n');
});

test('a name that no page is for is an error', async () => {
  await expect(pagesOf('server/src/nowhere/one.ts', 'export const one = 1;\n')).rejects.toThrow(
    'no page of the reference is for one of server/src/nowhere/one.ts',
  );
});
