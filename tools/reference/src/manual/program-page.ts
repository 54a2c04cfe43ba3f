// The page of a program, from the table its command line is read with.
import { type Documented, keyForm, keyName, type Program } from '../documented.ts';
import { type ManualPage, type Section, term, type Term } from './roff.ts';

/** What the help of a program does not say. */
export interface Beyond {
  /** Sections of its own, before FILES. */
  readonly sections?: readonly Section[];
  readonly files?: readonly (readonly [path: string, text: string])[];
  readonly environment?: readonly (readonly [name: string, text: string])[];
  readonly status: readonly (readonly [status: string, text: string])[];
  readonly seeAlso: readonly string[];
}

/** Of `--help` and `--version`, which every program has. */
const EVERY_PROGRAM: readonly Documented[] = [
  { long: 'help', description: 'print a page with the options' },
  { long: 'version', description: 'print the version' },
];

/** The options that can be used, and those that every program has. */
export function usableOptions({ options }: Program): readonly Documented[] {
  const own = EVERY_PROGRAM.filter(({ long }) => options.every((option) => option.long !== long));
  return [...options.filter(({ unsupported }) => unsupported !== true), ...own];
}

export function programPage(program: Program, beyond: Beyond): ManualPage {
  const { program: name, version, usage, purpose, epilogue = [], summary } = program;
  return {
    name,
    section: 8,
    version,
    summary: summary.charAt(0).toLowerCase() + summary.slice(1),
    sections: [
      { heading: 'SYNOPSIS', body: [{ code: usage.map((words) => `${name} ${words}`.trimEnd()).join('\n') }] },
      { heading: 'DESCRIPTION', body: [purpose, ...epilogue] },
      ...commands(program),
      { heading: 'OPTIONS', body: [{ terms: usableOptions(program).map(entry) }] },
      ...(beyond.sections ?? []),
      ...list('FILES', beyond.files),
      ...list('ENVIRONMENT', beyond.environment),
      ...list('EXIT STATUS', beyond.status),
    ],
    seeAlso: beyond.seeAlso,
  };
}

/** What each subcommand does, and which options it has. */
function commands({ subcommands = [] }: Program): Section[] {
  if (subcommands.length === 0) return [];
  const terms = subcommands.map(({ name, operands, description, options }) => {
    const names = options.flatMap(({ long }) => (long === undefined ? [] : [`\`--${long}\``])).join(', ');
    return term([name, ...operands].join(' '), `${description}.${names === '' ? '' : ` Options: ${names}.`}`);
  });
  return [{ heading: 'COMMANDS', body: [{ terms }] }];
}

function list(heading: string, rows: readonly (readonly [string, string])[] | undefined): Section[] {
  return rows === undefined ? [] : [{ heading, body: [{ terms: rows.map(([name, text]) => term(name, text)) }] }];
}

function entry(option: Documented): Term {
  const { short, long, argument, keys = [] } = option;
  const names = [...(short === undefined ? [] : [`-${short}`]), ...(long === undefined ? [] : [`--${long}`])];
  const inFile = keys.map((key) => `\`${keyName(option, key)}\` (${keyForm(key)})`).join(', ');
  return {
    names,
    ...(argument === undefined ? {} : { argument }),
    lines: [said(option), ...(inFile === '' ? [] : [`In a configuration file: ${inFile}`])],
  };
}

/** What an option does: its line and its notes, without those that lead to other places of a README. */
export function said({ description, notes }: Documented): string {
  const more = notes?.replaceAll(/[^.]*\[[^\]]*\]\([^)]*\)[^.]*\.\s*/g, '').trim() ?? '';
  return `${description}.${more === '' ? '' : ` ${more}`}`;
}
