// The macros of man(7).

/** A name, or several of one thing, and what it is: a paragraph, and lines below it. */
export interface Term {
  readonly names: readonly string[];
  readonly argument?: string;
  readonly lines: readonly string[];
}

/** A part of a page: a paragraph, a list, or lines as they are. Markdown for code is bold. */
export type Block = string | { readonly terms: readonly Term[] } | { readonly code: string };

/** A section: its heading in capital letters, and what stands in it. */
export interface Section {
  readonly heading: string;
  readonly body: readonly Block[];
}

/** A page: what its head and its first line say, and the sections. */
export interface ManualPage {
  readonly name: string;
  readonly section: 5 | 8;
  readonly version: string;
  /** What it is, in some words. */
  readonly summary: string;
  readonly sections: readonly Section[];
  /** Other pages: `pure-pw(8)`. */
  readonly seeAlso: readonly string[];
}

/** A name, and what it is in a paragraph. */
export function term(name: string, said: string): Term {
  return { names: [name], lines: [said] };
}

const KINDS = { 5: 'File formats', 8: 'System administration' } as const;

/** A page for `man`, in the order of man-pages(7). */
export function render({ name, section, version, summary, sections, seeAlso }: ManualPage): string {
  const title = escaped(name);
  const lines = [
    '.\\" Made by npm run docs.',
    `.TH ${title.toUpperCase()} ${section} "" "${escaped(`pure-ftpd ${version}`)}" "${KINDS[section]}"`,
    '.SH NAME',
    `${title} \\- ${escaped(summary)}`,
    ...sections.flatMap(({ heading, body }) => [
      `.SH ${heading.includes(' ') ? `"${heading}"` : heading}`,
      ...blocks(body),
    ]),
    '.SH "SEE ALSO"',
    seeAlso.map(reference).join(', '),
  ];
  return `${lines.join('\n')}\n`;
}

function blocks(body: readonly Block[]): string[] {
  return body.flatMap((block, index) => {
    const isFirst = index === 0;
    if (typeof block === 'string') return [...(isFirst ? [] : ['.PP']), text(block)];
    if ('code' in block)
      return [
        ...(isFirst ? [] : ['.PP']),
        '.nf',
        ...block.code
          .trimEnd()
          .split('\n')
          .map((line) => bare(escaped(line))),
        '.fi',
      ];
    return block.terms.flatMap((term) => [
      '.TP',
      head(term),
      ...term.lines.flatMap((line, at) => [...(at === 0 ? [] : ['.br']), text(line)]),
    ]);
  });
}

/** `pure-pw(8)` with its name in bold. */
function reference(page: string): string {
  return escaped(page).replace(/^([^(]+)/, String.raw`\fB$1\fR`);
}

/** Text with Markdown for code. */
function text(words: string): string {
  return bare(escaped(words).replaceAll(/`([^`]+)`/g, String.raw`\fB$1\fR`));
}

function head({ names, argument }: Term): string {
  const bold = names.map((name) => `\\fB${escaped(name)}\\fR`).join(', ');
  return argument === undefined ? bold : `${bold} \\fI${escaped(argument)}\\fR`;
}

/** A line must not begin with what would be a request. */
function bare(line: string): string {
  return line.replace(/^(?=[.'])/, String.raw`\&`);
}

function escaped(words: string): string {
  return words.replaceAll('\\', String.raw`\e`).replaceAll('-', String.raw`\-`);
}
