// One question to each server of accounts, by the server's own program: it asks them without rights that they could abuse.
import { spawnSync } from 'node:child_process';

import { type Finding, problem, warning, well } from './finding.ts';

const PROGRAM = 'pure-ftpd';

/** @param file The configuration file, which has no line that cannot be understood. */
export function askedServers(file: string): Finding[] {
  const version = spawnSync(PROGRAM, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  // The C server has no such option, and must not be started by mistake.
  if (version.status !== 0 || !/^pure-ftpd v\d/.test(version.stdout))
    return [
      warning(
        'databases and directories were not asked: pure-ftpd is not in the PATH',
        `PATH=... pure-ftpctl doctor ${file}`,
      ),
    ];
  const { status, stdout, stderr } = spawnSync(PROGRAM, ['--check-config', file, '--connect'], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  const lines = stderr.split('\n').flatMap((line) => /^pure-ftpd: (.*)$/.exec(line)?.[1] ?? []);
  if (status === 0)
    return stdout
      .split('\n')
      .filter((line) => line.includes('it answers'))
      .map((line) => well(line.replace(/^# /, '')));
  return lines.map((line) => problem(line, 'mend what the line names, and ask again'));
}
