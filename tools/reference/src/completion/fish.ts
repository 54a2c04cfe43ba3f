// Completion for fish.
import type { OptionValues } from '@pure-ftpd/cli';

import type { Documented, Subcommand } from '../documented.ts';
import { type Command, firstWords, goesOn, groupsOf, LOGINS, secondWords, withLogin, type Word } from './command.ts';

const NAMES = {
  file: '-F',
  socket: '-F',
  folder: "-x -a '(__fish_complete_directories)'",
  user: "-x -a '(__fish_complete_users)'",
  group: "-x -a '(__fish_complete_groups)'",
} as const;

/** The file `PROGRAM.fish` of a folder of completions. */
export function fishCompletion(command: Command): string {
  const { program } = command;
  return [
    `# Completion for ${program}. Made of its table of options by npm run docs.`,
    ...operands(command),
    ...command.options.map((option) => `complete -c ${program} ${described(option)}`),
    '',
  ].join('\n');
}

function operands({ program, actions, subcommands, takesFile }: Command): string[] {
  if (subcommands !== undefined) return subcommandOperands(program, subcommands);
  if (actions === undefined) return takesFile ? [] : [`complete -c ${program} -f`];
  const ofLogin = actions.filter(({ takesLogin }) => takesLogin).map(({ name }) => name);
  const isThird = `'test (count (commandline -opc)) -eq 2; and __fish_seen_subcommand_from ${ofLogin.join(' ')}'`;
  return [
    `complete -c ${program} -f`,
    ...actions.map(
      ({ name, description }) =>
        `complete -c ${program} -n 'test (count (commandline -opc)) -eq 1' -a ${name} -d ${quoted(description)}`,
    ),
    `complete -c ${program} -n ${isThird} -a ${quoted(`(sh -c '${LOGINS}')`)}`,
  ];
}

/** The first word, the second of a group, a login where one is wanted; else there are files. */
function subcommandOperands(program: string, subcommands: readonly Subcommand[]): string[] {
  return [
    ...offered(program, isWord(1), firstWords(subcommands)),
    ...groupsOf(subcommands).flatMap((group) =>
      offered(program, isWord(2, after(group)), secondWords(subcommands, group)),
    ),
    ...withLogin(subcommands).map(({ name }) => {
      const [group = '', word = ''] = name.split(' ');
      return `complete -c ${program} -f ${isWord(3, after(group) + after(word))} -a ${quoted(`(sh -c '${LOGINS}')`)}`;
    }),
  ];
}

function isWord(count: number, more = ''): string {
  return `-n 'test (count (commandline -opc)) -eq ${count}${more}'`;
}

function after(word: string): string {
  return `; and __fish_seen_subcommand_from ${word}`;
}

function offered(program: string, condition: string, words: readonly Word[]): string[] {
  return words.map(
    ({ name, description }) => `complete -c ${program} -f ${condition} -a ${name} -d ${quoted(description)}`,
  );
}

function described({ short, long, argument, values, description }: Documented): string {
  return [
    ...(short === undefined ? [] : [`-s ${short}`]),
    ...(long === undefined ? [] : [`-l ${long}`]),
    ...(argument === undefined ? [] : [`-r ${valuesOf(values)}`]),
    `-d ${quoted(description)}`,
  ].join(' ');
}

function valuesOf(values: OptionValues | undefined): string {
  if (values === undefined) return '-f';
  if (typeof values === 'string') return NAMES[values];
  return `${goesOn(values) ? '-F' : '-f'} -a ${quoted(values.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
