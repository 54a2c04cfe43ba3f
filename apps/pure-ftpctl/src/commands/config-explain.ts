import { writeAll } from '@pure-ftpd/cli';
import type { Setting } from '@pure-ftpd/options';
import { oneLineJson, printableName } from '@pure-ftpd/protocol';

import type { Given } from '../given.ts';
import { idleness } from '../config/effect.ts';
import { readSource } from '../config/source.ts';
import { CommandError, ExitStatus } from '../exit-status.ts';
import { tableOf } from '../table.ts';

/** Says what each setting means and where it comes from. @returns 1 when something cannot be understood. */
export async function configExplain({ operands, options, switches }: Given): Promise<number> {
  const place = operands['source'];
  if (place === undefined && switches.length === 0)
    throw new CommandError('name a configuration file, a folder, or switches behind --');
  const { name, settings, problems } = readSource(place, switches);
  const rows = settings.map((setting) => explained(setting, settings));
  if (options.has('json')) {
    writeAll(1, Buffer.from(`${oneLineJson({ source: name, settings: rows, problems })}\n`));
  } else {
    const cells = rows.map(({ option, value, meaning, from, effect }) => [
      printableName(value === null ? option : `${option} ${value}`),
      effect === null ? meaning : `${meaning} (${effect})`,
      printableName(placeIn(name, from)),
    ]);
    writeAll(
      1,
      Buffer.from(
        rows.length === 0 ? `${name}: nothing is set\n` : tableOf(['Setting', 'Meaning', 'From'], cells, [3, 5, 3]),
      ),
    );
    for (const problem of problems) writeAll(2, Buffer.from(`pure-ftpctl: ${problem}\n`));
  }
  return problems.length === 0 ? ExitStatus.done : ExitStatus.found;
}

/** A line of the file that was named needs no more than its number. */
function placeIn(file: string, where: string): string {
  return where.startsWith(`${file}:`) ? `line ${where.slice(file.length + 1)}` : where;
}

const EFFECTS = { default: 'the same as without it', overridden: 'another setting has the last word' } as const;

function explained(setting: Setting, all: readonly Setting[]) {
  const { option, value, where } = setting;
  const idle = idleness(setting, all);
  return {
    option: `--${option.long}`,
    value: option.argument === undefined ? null : value,
    meaning: option.description,
    from: where,
    effect: idle === undefined ? null : EFFECTS[idle],
  };
}
