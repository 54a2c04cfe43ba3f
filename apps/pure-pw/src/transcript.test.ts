import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { DEFAULT_DATABASE, DEFAULT_PASSWD_FILE } from '@pure-ftpd/puredb/default-paths';
import { deviationOf, STARTS, type Deviation } from './testing/transcript-deviations.ts';
import { parseTranscript, type Recorded } from './testing/transcript.ts';
import { sample, Workbench } from './testing/workbench.ts';

// A recorded session of the C tool is run again, command by command, in the order and with the files it was recorded
// with. What cannot be run the same way is listed in testing/transcript-deviations.ts with its reason. The parts "odd
// lines for mkdb" and "LINE_MAX" are about the database, whose library tests them; their input was not recorded.

/** A hash is new each time, its passes are the machine's; dates, sizes and owners are those of the run. */
function comparable(lines: readonly string[], without?: RegExp): string[] {
  const kept = lines
    .map((line) =>
      line
        .replace(/\$argon2id\$v=19\$(m=\d+),t=\d+,p=1\$[^:]{22}\$[^:]{43}/, '<argon2id $1>')
        .replace(/^([-dl][rwx-]{9}) .* (\S+)$/, '$1 $2')
        .trimEnd(),
    )
    .filter((line) => !/^d[rwx-]{9} \.\.?$/.test(line) && !line.startsWith('total ') && without?.test(line) !== true);
  while (kept.at(-1) === '') {
    kept.pop();
  }
  return kept;
}

interface Result {
  readonly status: number | null;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

function replay(bench: Workbench, recorded: Recorded, { command, env = {}, files = {}, without }: Deviation): Result {
  for (const [name, content] of Object.entries(files)) {
    bench.remove(name);
    if (content !== undefined) {
      bench.write(name, content);
    }
  }
  const outcome = bench.shell(command ?? recorded.command, { input: recorded.input, env });
  const isUsage = outcome.stdout.includes('Usage :') && sample('usage.out').startsWith(outcome.stdout);
  return {
    status: outcome.status,
    stdout: isUsage ? ['<usage>'] : comparable(outcome.stdout.split('\n'), without),
    stderr: comparable(outcome.stderr.split('\n')),
  };
}

function expectation({ status, stdout, stderr }: Recorded, { without }: Deviation): Result {
  return { status, stdout: comparable(stdout, without), stderr: comparable(stderr) };
}

const sections = Map.groupBy(parseTranscript(sample('transcript.txt')), ({ section }) => section);
// Some commands were recorded with nothing at the built-in paths.
const builtInPathsInUse = existsSync(DEFAULT_PASSWD_FILE) || existsSync(DEFAULT_DATABASE);
const USES_BUILT_IN_PATHS = /^pure-pw (?:list|mkdb -f p; ls -la)$/;

describe.each(Object.keys(STARTS))('the recorded session, part "%s"', (section) => {
  const bench = new Workbench();
  afterAll(() => bench[Symbol.dispose]());
  bench.write('p', STARTS[section] ?? '');

  const counts = new Map<string, number>();
  for (const recorded of sections.get(section) ?? []) {
    const count = counts.get(recorded.command) ?? 0;
    counts.set(recorded.command, count + 1);
    const deviation = deviationOf(section, recorded.command, count);
    if (deviation.skip !== undefined || (builtInPathsInUse && USES_BUILT_IN_PATHS.test(recorded.command))) {
      continue;
    }
    test(`${recorded.command} (${count + 1})`, () => {
      expect(replay(bench, recorded, deviation)).toEqual(expectation(recorded, deviation));
    });
  }
});
