// What the subcommands that speak to a running server share.
import { isIP } from 'node:net';

import { writeAll } from '@pure-ftpd/cli';
import { ControlClient, ControlError, type Target } from '@pure-ftpd/control';

import { CommandError, ExitStatus } from './exit-status.ts';
import type { Given } from './given.ts';

/**
 * Asks the server whose socket was named, or the first one of root.
 * @throws CommandError with what the server says, or why it cannot be asked.
 */
export async function withServer<Result>(
  given: Given,
  ask: (control: ControlClient) => Promise<Result>,
): Promise<Result> {
  try {
    await using control = await ControlClient.connect(valueOf(given, 'control'));
    return await ask(control);
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    for (const problem of error.problems) writeAll(2, Buffer.from(`${problem}\n`));
    throw new CommandError(error.message, ExitStatus.failed, { cause: error });
  }
}

/** The value of an option; the last one of several. */
export function valueOf({ values }: Given, name: string): string | undefined {
  return values[name]?.at(-1);
}

/** A line for people. */
export function say(line: string): void {
  writeAll(1, Buffer.from(`${line}\n`));
}

/** Whose sessions a word means: an id of a session, an address, else a user; with `--user` a user in any case. */
export function targetOf({ operands, options }: Given): Target {
  const who = operands['who'] ?? '';
  if (options.has('user')) return { user: who };
  if (/^[0-9a-f]{16}$/.test(who)) return { session: who };
  return isIP(who) === 0 ? { user: who } : { address: who };
}

/** `1 session`, `2 sessions`. */
export function sessionsText(count: number): string {
  return count === 1 ? '1 session' : `${count} sessions`;
}

const FACTORS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** `500K`, `2M`, `off`: bytes a second. @throws CommandError */
export function rateOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === 'off') return 0;
  const [, digits, unit = ''] = /^(\d{1,9})([KMG]?)$/i.exec(text) ?? [];
  if (digits === undefined || Number(digits) === 0)
    throw new CommandError(`--${name} ${text}: bytes a second are expected, such as 500K or 2M, or off`);
  return Number(digits) * (FACTORS[unit.toUpperCase()] ?? 1);
}

const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** `90`, `10m`, `1h`, `2d`: seconds. @throws CommandError */
export function secondsOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, digits, unit = ''] = /^(\d{1,7})([smhd]?)$/.exec(text) ?? [];
  if (digits === undefined) throw new CommandError(`--${name} ${text}: a time is expected, such as 90, 10m, 1h or 2d`);
  return Number(digits) * (SECONDS[unit] ?? 1);
}
