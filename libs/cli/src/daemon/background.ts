// -B: Node cannot fork, so the program starts itself again, detached, and waits until that one serves.
import { spawn } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';

/** The exit status of a program that did not start, and could not say why. */
const FAILED = 1;

/** Names the descriptor on which the process in the background tells how its start went. */
const VARIABLE = 'PURE_FTPD_STARTED_BY';

/** What the process in the background says of its start. */
export interface StartReport {
  readonly status: number;
  /** Why it did not start. */
  readonly message?: string;
}

/** Whether this is the process in the background. */
export function isInBackground(): boolean {
  return process.env[VARIABLE] !== undefined;
}

/**
 * Leaves the report to another process, which this one starts.
 * @param descriptor Where that process has what is returned.
 * @returns The descriptor to hand over, to be closed here then, and what its environment needs; undefined where there is
 *   nobody to report to. This process is in the background all the same.
 */
export function handOverReport(
  descriptor: number,
): { readonly descriptor: number; readonly environment: Readonly<Record<string, string>> } | undefined {
  const own = Number(process.env[VARIABLE]);
  delete process.env[VARIABLE];
  if (!Number.isInteger(own) || own < 3) return undefined;
  return { descriptor: own, environment: { [VARIABLE]: String(descriptor) } };
}

/** Tells the one who started us how it went; it ends then, with this status. Only the first report counts. */
export function reportStart(report: StartReport): void {
  const descriptor = Number(process.env[VARIABLE]);
  delete process.env[VARIABLE];
  if (!Number.isInteger(descriptor) || descriptor < 3) return;
  try {
    writeSync(descriptor, `${JSON.stringify(report)}\n`);
    closeSync(descriptor);
  } catch {
    // Who started us is gone, and nobody else is told.
  }
}

/**
 * Starts this program again in the background.
 * @returns When it serves, or has failed to: its report.
 */
export async function startInBackground(words: readonly string[]): Promise<StartReport> {
  const script = process.argv[1] ?? '';
  const child = spawn(process.execPath, [...process.execArgv, script, ...words], {
    detached: true,
    env: { ...process.env, [VARIABLE]: '3' },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const failed = new Promise<StartReport>((resolve) => {
    child.once('error', (error) => resolve({ status: FAILED, message: error.message }));
  });
  const report = await Promise.race([failed, readReport(child)]);
  child.unref();
  return report;
}

async function readReport(child: ReturnType<typeof spawn>): Promise<StartReport> {
  const pipe = child.stdio[3];
  if (pipe === null || pipe === undefined || !('read' in pipe)) return { status: FAILED };
  let text = '';
  for await (const chunk of pipe) text += String(chunk);
  const parsed: unknown = text === '' ? undefined : JSON.parse(text);
  if (isReport(parsed)) return parsed;
  return { status: FAILED, message: 'the program ended before it was ready' };
}

function isReport(value: unknown): value is StartReport {
  return typeof value === 'object' && value !== null && 'status' in value && typeof value.status === 'number';
}
