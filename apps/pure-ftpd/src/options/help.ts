import { type Option, options } from './table.ts';

/**
 * What `--help` prints: a line for each option that begins as in the C server, `-X<TAB>--name<TAB>` and `<opt>` when it
 * takes an argument [server-options §2], and goes on with what it does.
 */
export function helpText(table: readonly Option[] = options): string {
  return table
    .map(({ short, long, argument, description }) => {
      const name = `${short === undefined ? '' : `-${short}`}\t--${long}\t${argument === undefined ? '' : '<opt>'}`;
      return `${name}\t${argument === undefined ? '' : `${argument}: `}${description}\n`;
    })
    .join('');
}
