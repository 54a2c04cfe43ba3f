import { versionText, writeAll } from '@pure-ftpd/cli';
import yargs, { type Argv, type Options } from 'yargs';

import { PAGE } from './about.ts';
import { type Subcommand, SUBCOMMANDS } from './commands.ts';
import { CommandError, ExitStatus } from './exit-status.ts';
import type { Given } from './given.ts';

/** What is said of groups of subcommands. */
const GROUPS: Readonly<Record<string, string>> = {
  config: 'explain and compare configurations',
  user: 'the virtual users of a PureDB',
  migrate: 'take over users and configuration of another server into a new folder',
};

/**
 * Runs pure-ftpctl.
 * @param words What follows the program's name.
 * @returns The exit status.
 */
export async function run(words: readonly string[]): Promise<number> {
  let status: number = ExitStatus.done;
  const parser = yargs([...words])
    .scriptName(PAGE.program)
    .usage(`$0 COMMAND\n\n${PAGE.purpose}`)
    .version(versionText(PAGE))
    .parserConfiguration({ 'populate--': true, 'parse-positional-numbers': false })
    .completion('completion', 'print what a shell needs to complete command lines: source it')
    .recommendCommands()
    .demandCommand(1, 'A command is needed.')
    .strict()
    .exitProcess(false)
    .wrap(Math.min(process.stdout.columns ?? 80, 100))
    .epilogue(PAGE.epilogue?.join('\n\n') ?? '')
    .fail((message, error) => {
      // What yargs finds wrong in a command line is a YError of its own, which it does not export.
      if (error instanceof Error && error.name !== 'YError') throw error;
      throw new CommandError(message);
    });
  for (const group of Object.keys(GROUPS)) addGroup(parser, group, (code) => (status = code));
  for (const command of SUBCOMMANDS.filter(({ name }) => !name.includes(' ')))
    addCommand(parser, command.name, command, (code) => (status = code));
  try {
    await parser.parseAsync();
    return status;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const hint = error.status === ExitStatus.usage ? ' (--help)' : '';
    writeAll(2, Buffer.from(`${PAGE.program}: ${error.message.replaceAll(/\n+/g, ' ')}${hint}\n`));
    return error.status;
  }
}

/** Subcommands of two words, below their first one. */
function addGroup(parser: Argv, group: string, done: (status: number) => void): void {
  parser.command(group, GROUPS[group] ?? '', (inner) => {
    for (const command of SUBCOMMANDS.filter(({ name }) => name.startsWith(`${group} `)))
      addCommand(inner, command.name.slice(group.length + 1), command, done);
    return inner.demandCommand(1, 'A command is needed.');
  });
}

function addCommand(parser: Argv, name: string, command: Subcommand, done: (status: number) => void): void {
  const { operands, description, options } = command;
  parser.command(
    [name, ...operands].join(' '),
    description,
    (inner) => {
      for (const option of options) inner.option(option.long, yargsOption(option));
      return inner;
    },
    async (found) => done(await command.run(given(command, found))),
  );
}

function yargsOption({ description, argument, short }: Subcommand['options'][number]): Options {
  const row = { describe: description, ...(short === undefined ? {} : { alias: short }) };
  return argument === undefined ? { ...row, type: 'boolean' } : { ...row, type: 'string', nargs: 1 };
}

function given({ operands, options }: Subcommand, found: Readonly<Record<string, unknown>>): Given {
  const names = operands.map((operand) => operand.replaceAll(/[[\]<>.]/g, ''));
  const switches = found['--'];
  return {
    operands: Object.fromEntries(names.map((name) => [name, wordOf(found[name])])),
    options: new Set(options.map(({ long }) => long).filter((long) => found[long] === true)),
    values: Object.fromEntries(
      options.filter(({ argument }) => argument !== undefined).map(({ long }) => [long, valuesOf(found[long])]),
    ),
    switches: Array.isArray(switches) ? switches.map(String) : [],
  };
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** An option that was given several times has all of its values. */
function valuesOf(value: unknown): string[] | undefined {
  return value === undefined ? undefined : [value].flat().map(String);
}
