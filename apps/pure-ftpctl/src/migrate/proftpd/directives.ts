// The grammar of proftpd.conf: directives with words, in sections that may be nested; other files by Include.
import { globSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { linesOf } from '../lines.ts';

/** A line that says something. */
export interface Directive {
  /** In small letters: names are the same in any. */
  readonly name: string;
  readonly words: readonly string[];
  readonly where: string;
  /** The sections it stands in, from the outermost on: `<Limit WRITE>`. */
  readonly sections: readonly string[];
}

/** Files that a file may include, and these in turn. */
const DEEPEST = 16;

/** All directives of a file and of what it includes, in their order. @throws CommandError */
export function directivesOf(path: string, outer: readonly string[] = [], depth = 0): Directive[] {
  const sections = [...outer];
  const found: Directive[] = [];
  for (const { where, text } of joined(path)) {
    const line = text.trim();
    const [, closing, section] = /^<(\/?)([^>]*)>?$/.exec(line) ?? [];
    if (section !== undefined) {
      if (closing === '/') sections.splice(Math.max(outer.length, sections.length - 1));
      else sections.push(section.trim());
      continue;
    }
    const [name = '', ...words] = wordsOf(line);
    const directive = { name: name.toLowerCase(), words, where, sections: [...sections] };
    if (directive.name === 'include' && depth < DEEPEST) found.push(...included(directive, path, depth));
    else found.push(directive);
  }
  return found;
}

function included({ words: [pattern = ''], sections }: Directive, path: string, depth: number): Directive[] {
  const place = resolve(dirname(path), pattern);
  const files = /[*?[]/.test(place) ? globSync(place).toSorted() : [place];
  return files.flatMap((file) => directivesOf(file, sections, depth + 1));
}

/** Lines, those that end in a backslash with what follows. */
function joined(path: string): { readonly where: string; readonly text: string }[] {
  const whole: { where: string; text: string }[] = [];
  let isOpen = false;
  for (const { where, text } of linesOf(path)) {
    const part = text.replace(/\\\s*$/, '');
    const last = whole.at(-1);
    if (isOpen && last !== undefined) last.text += ` ${part.trim()}`;
    else whole.push({ where, text: part });
    isOpen = part !== text;
  }
  return whole;
}

/** Words of a line; one in quotes may have blanks. */
function wordsOf(line: string): string[] {
  return Array.from(line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g), ([, quoted, plain = '']) =>
    quoted === undefined ? plain : quoted.replaceAll(/\\(.)/g, '$1'),
  );
}
