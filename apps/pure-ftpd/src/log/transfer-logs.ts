import {
  TransferLog,
  type TransferLogProblem,
  type TransferLogSpecification,
  type TransferRecord,
} from '@pure-ftpd/altlog';
import { systemErrorText } from '@pure-ftpd/cli';

import { VERSION } from '../version.ts';
import type { Log } from './log.ts';

/** Takes what is logged of transfers: the logs themselves, or in another process what sends it there. */
export interface TransferSink {
  /** @param sessionId Of the session, for who sends it to another process. */
  write(transfer: TransferRecord, sessionId: string): void;
}

/** Every transfer log of the server. */
export class TransferLogs implements TransferSink {
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

  write(transfer: TransferRecord): void {
    for (const log of this.#logs) log.write(transfer);
  }

  /** When all lines are written. */
  async close(): Promise<void> {
    await Promise.all(this.#logs.map((log) => log.close()));
  }
}

function tell({ path, error, lost }: TransferLogProblem, log: Log): void {
  const losses = lost === 0 ? '' : `, ${lost} ${lost === 1 ? 'line is' : 'lines are'} lost`;
  if (error === undefined) log.write('NOTICE', `altlog ${path}: written again${losses}`);
  else log.write('ERROR', `altlog ${path}: ${systemErrorText(error)}${losses}`);
}
