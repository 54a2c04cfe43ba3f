// The manual page of the daemon, in the macros of man(7).
import { type Documented, keyName } from './documented.ts';

/** What a program says of itself in its help. */
export interface About {
  readonly version: string;
  readonly usage: readonly string[];
  readonly purpose: string;
  readonly epilogue: readonly string[];
}

/** A page for `man`: sections as man-pages(7) has them. */
export function manualPage({ version, usage, purpose, epilogue }: About, options: readonly Documented[]): string {
  const built = options.filter(({ unsupported }) => unsupported !== true);
  return [
    '.\\" Made of the option table by npm run docs.',
    `.TH PURE\\-FTPD 8 "" "pure\\-ftpd ${version}" "System administration"`,
    '.SH NAME',
    'pure\\-ftpd \\- serves files by FTP',
    '.SH SYNOPSIS',
    ...usage.flatMap((words) => ['.B pure\\-ftpd', roff(words), '.br']),
    '.SH DESCRIPTION',
    roff(purpose),
    ...epilogue.flatMap((paragraph) => ['.PP', roff(paragraph)]),
    '.SH OPTIONS',
    'Options without a letter are of this server alone.',
    ...built.flatMap(entry),
    '.SH "CONFIGURATION FILE"',
    ...configurationFile(built),
    '.SH "EXIT STATUS"',
    ...term('0', 'a normal end, help'),
    ...term('1', 'the server could not start: port in use, no address'),
    ...term('252', 'the command line or the configuration file makes no sense, or asks for what is not built'),
    '.SH "SEE ALSO"',
    ['pw', 'pwconvert', 'ftpwho', 'quotacheck', 'uploadscript', 'statsdecode', 'certd']
      .map((name) => `\\fBpure\\-${name}\\fR(8)`)
      .join(', '),
    '',
  ].join('\n');
}

function entry(option: Documented): string[] {
  const { short, long, argument, description, notes, keys } = option;
  const letter = short === undefined ? '' : `${bold(`-${short}`)}, `;
  const value = argument === undefined ? '' : ` \\fI${escaped(argument)}\\fR`;
  const said = notes === undefined ? '' : withoutLinks(notes);
  const text = `${description}.${said === '' ? '' : ` ${said}`}`;
  const inFile = keys.map((key) => `${bold(keyName(option, key))} (${form(key.form.expected)})`).join(', ');
  return [
    '.TP',
    `${letter}${bold(`--${long}`)}${value}`,
    roff(text),
    ...(inFile === '' ? [] : ['.br', `In a configuration file: ${inFile}`]),
  ];
}

function configurationFile(options: readonly Documented[]): string[] {
  const strange = options.filter(({ notInDebian }) => notInDebian === true).flatMap(({ keys }) => keys);
  return [
    'A file that stands alone on the command line has a line for each option: a key, a space,',
    roff(
      '`=` or `:`, and a value. Case does not count in keys. Comments have lines of their own, which begin with `#`.',
    ),
    roff('`Include FILE` puts another file there.'),
    '.PP',
    "Debian's wrapper has a file of the name of the key in",
    '.IR /etc/pure\\-ftpd/conf ,',
    'with the value in it, for each key of an option with a letter but',
    `${strange.map(({ name }) => bold(name)).join(', ')}.`,
  ];
}

function term(name: string, text: string): string[] {
  return ['.TP', bold(name), roff(text)];
}

/** `a number is` becomes `a number`. */
function form(expected: string): string {
  return escaped(expected.replace(/,? (?:is|are)$/, ''));
}

/** Sentences that lead to other places of a README mean nothing here. */
function withoutLinks(notes: string): string {
  return notes.replaceAll(/[^.]*\[[^\]]*\]\([^)]*\)[^.]*\.\s*/g, '').trim();
}

/** Text with Markdown for code; a line must not begin with what would be a request. */
function roff(text: string): string {
  return escaped(text)
    .replaceAll(/`([^`]+)`/g, String.raw`\fB$1\fR`)
    .replace(/^(?=[.'])/, String.raw`\&`);
}

function bold(text: string): string {
  return `\\fB${escaped(text)}\\fR`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', String.raw`\e`).replaceAll('-', String.raw`\-`);
}
