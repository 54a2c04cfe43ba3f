import {
  TransferLog,
  type TransferLogProblem,
  type TransferLogSpecification,
  type TransferRecord,
} from '@pure-ftpd/altlog';
import { systemErrorText } from '@pure-ftpd/cli';

import { VERSION } from '../version.ts';
import type { ServerEvent, Sink } from '../events/event.ts';
import type { Log } from '../log/log.ts';

/** Every transfer log of the server. */
export class TransferLogs implements Sink {
  readonly name = 'transfer logs';
  readonly #logs: readonly TransferLog[];

  private constructor(logs: readonly TransferLog[]) {
    this.#logs = logs;
  }

  /** Opens the logs, while that is permitted. What cannot be opened is said in the log, and tried again. */
  static async open(specifications: readonly TransferLogSpecification[], log: Log): Promise<TransferLogs> {
    const options = {
      software: `Pure-FTPd ${VERSION}`,
      onProblem: (problem: TransferLogProblem) => tell(problem, log),
    };
    const logs = specifications.map((specification) => new TransferLog(specification, options));
    await Promise.all(logs.map((one) => one.open()));
    return new TransferLogs(logs);
  }

  hear(event: ServerEvent): void {
    if (this.#logs.length === 0) return;
    const transfer = recordOf(event);
    if (transfer !== undefined) for (const log of this.#logs) log.write(transfer);
  }

  /** When all lines are written. */
  async close(): Promise<void> {
    await Promise.all(this.#logs.map((log) => log.close()));
  }
}

/** A transfer that is over, and whose it was; undefined for anything else. */
function recordOf(event: ServerEvent): TransferRecord | undefined {
  if (event.type !== 'transferred' || event.who === undefined) return undefined;
  const { startedAt, number, account, host, remoteAddress } = event.who;
  const { time, direction, path, bytes, milliseconds, transferType, complete, code, encrypted } = event;
  return {
    time,
    session: { startedAt, pid: number },
    user: account,
    host,
    address: remoteAddress,
    direction,
    path,
    bytes,
    seconds: milliseconds / 1000,
    type: transferType,
    complete,
    code,
    encrypted,
  };
}

function tell({ path, error, lost }: TransferLogProblem, log: Log): void {
  const losses = lost === 0 ? '' : `, ${lost} ${lost === 1 ? 'line is' : 'lines are'} lost`;
  if (error === undefined) log.write('NOTICE', `altlog ${path}: written again${losses}`);
  else log.write('ERROR', `altlog ${path}: ${systemErrorText(error)}${losses}`);
}
