import type { OptionSpec } from './getopt.ts';

/** What stands around the options on a help page. */
export interface HelpPage {
  readonly program: string;
  /** The words after the program's name, such as `[options] [config file]`. */
  readonly usage: string;
  /** Text after the options. */
  readonly epilogue?: string;
}

/**
 * A help page for people, one line for each option, laid out by yargs (loaded only now) for a terminal of `columns`.
 * The terse list that the C server prints is its own business, not this.
 */
export async function renderHelp(page: HelpPage, table: readonly OptionSpec[], columns = 80): Promise<string> {
  const { default: yargs } = await import('yargs');
  const parser = yargs([]).scriptName(page.program).usage(`Usage: $0 ${page.usage}`).help(false).version(false);
  for (const { short, long, argument, description } of table) {
    const key = long ?? short;
    if (key === undefined) {
      throw new TypeError('an option needs a name');
    }
    parser.option(key, {
      ...(long !== undefined && short !== undefined ? { alias: short } : {}),
      description: argument === undefined ? description : `${description} <${argument}>`,
    });
  }
  const help = await parser
    .epilogue(page.epilogue ?? '')
    .wrap(columns)
    .getHelp();
  // yargs takes a digit for a long name.
  return help.replaceAll(/^( *)--([0-9])(?=,| )/gm, '$1-$2');
}
