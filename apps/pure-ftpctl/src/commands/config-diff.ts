import { writeAll } from '@pure-ftpd/cli';
import type { Setting } from '@pure-ftpd/options';
import { oneLineJson, printableName } from '@pure-ftpd/protocol';

import type { Given } from '../given.ts';
import { effective } from '../config/effect.ts';
import { readSource } from '../config/source.ts';
import { ExitStatus } from '../exit-status.ts';
import { tableOf } from '../table.ts';

/** Compares what two configurations do, or one with none. @returns 1 when they differ. */
export async function configDiff({ operands, options }: Given): Promise<number> {
  const one = readSource(operands['source'] ?? '');
  const other = operands['other'] === undefined ? undefined : readSource(operands['other']);
  for (const problem of [...one.problems, ...(other?.problems ?? [])])
    writeAll(2, Buffer.from(`pure-ftpctl: ${problem}\n`));
  const differences = compared(effective(one.settings), effective(other?.settings ?? []));
  const names = [one.name, other?.name ?? 'without any'];
  if (options.has('json')) writeAll(1, Buffer.from(`${oneLineJson({ sources: names, differences })}\n`));
  else if (differences.length > 0) {
    const rows = differences.map(({ option, values }) => [option, ...values.map(shown)]);
    writeAll(1, Buffer.from(tableOf(['Option', ...names.map(printableName)], rows, [2, 3, 3])));
  }
  return differences.length === 0 ? ExitStatus.done : ExitStatus.found;
}

interface Difference {
  readonly option: string;
  /** Of the first and the second; empty where it is not set. */
  readonly values: readonly [readonly string[], readonly string[]];
}

function compared(first: readonly Setting[], second: readonly Setting[]): Difference[] {
  const options = [...new Set([...first, ...second].map(({ option }) => option))];
  return options
    .map((option) => ({
      option: `--${option.long}`,
      values: [valuesIn(first, option), valuesIn(second, option)] as const,
    }))
    .filter(({ values: [one, other] }) => one.join('\n') !== other.join('\n'));
}

function valuesIn(settings: readonly Setting[], option: Setting['option']): string[] {
  const own = settings.filter((setting) => setting.option === option);
  return own.map(({ value }) => (option.argument === undefined ? 'yes' : value));
}

function shown(values: readonly string[]): string {
  return values.length === 0 ? '-' : values.map(printableName).join('\n');
}
