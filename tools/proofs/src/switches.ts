// Which test shows what a switch does.
import type { Test } from './read-tests.ts';

/** An option of the daemon, as its table has it. */
export interface Switch {
  readonly short?: string;
  readonly long: string;
  /** Of the C server, and refused. */
  readonly unsupported?: true;
  /** Of the configuration file. */
  readonly keys: readonly { readonly name: string }[];
}

/** An option, and what there is about it. */
export interface Proof {
  /** `-X --name`. */
  readonly option: string;
  /** Where the C server has it; undefined for our own. */
  readonly specification: string | undefined;
  readonly keys: readonly string[];
  /** Tests that are named after it, those that compare with the C server first. */
  readonly tests: readonly Test[];
  readonly isCompared: boolean;
}

/** Where tests compare with the C programs. */
const COMPARING = 'test/interop/';

/** Whether the name of a test has the option as a word. */
function isNamed({ name }: Test, { short, long }: Switch): boolean {
  const words = short === undefined ? `--${long}` : `--${long}|-${short}`;
  return new RegExp(`(?<![\\w-])(?:${words})(?![\\w-])`).test(name);
}

function isComparing({ file }: Test): boolean {
  return file.startsWith(COMPARING);
}

/** What proves each option that is not refused, in their order. */
export function switchProofs(options: readonly Switch[], tests: readonly Test[]): Proof[] {
  return options
    .filter(({ unsupported }) => unsupported !== true)
    .map((option) => {
      const { short, long, keys } = option;
      const named = tests.filter((test) => isNamed(test, option));
      const compared = named.filter(isComparing);
      return {
        option: short === undefined ? `--${long}` : `-${short} --${long}`,
        specification: short === undefined ? undefined : `server-options §2 -${short}`,
        keys: keys.map(({ name }) => name),
        tests: [...compared, ...named.filter((test) => !isComparing(test))],
        isCompared: compared.length > 0,
      };
    });
}

/** The proofs as a table, a line each. */
export function switchTable(proofs: readonly Proof[]): string {
  const lines = proofs.map(({ option, specification = 'ours', keys, tests: [first, ...more], isCompared }) => {
    const test = first === undefined ? 'NONE' : `${first.file}: ${first.name.replaceAll('|', String.raw`\|`)}`;
    const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
    return [option, specification, keys.join(', ') || '–', test + others, isCompared ? 'yes' : '–'];
  });
  const rows = [['option', 'specification', 'key', 'test', 'beside the C server'], Array(5).fill('---'), ...lines];
  return rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
