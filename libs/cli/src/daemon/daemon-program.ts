import { writeAll } from '../output.ts';
import { isInBackground, reportStart, startInBackground } from './background.ts';

/** What a start that failed, or was no start, ends with. */
export interface StartEnd {
  readonly status: number;
  /** One line for standard error; where the program is in the background, for who started it. */
  readonly message?: string;
  /** For standard output, the list of options; then the message is all that standard error gets, as it is. */
  readonly output?: string;
}

/** What happens while a daemon serves. */
export interface DaemonEvents {
  /** One line for the administrator: on standard error, or in the system's log where nobody reads that. */
  readonly complain: (text: string) => void;
  /** One line for the system's log, of what is no trouble. */
  readonly note: (text: string) => void;
  /** It serves: who started it in the background may go. */
  readonly started: () => void;
}

/** Takes a line for the system's log. */
export type DaemonLog = (severity: 'info' | 'warning', text: string) => void;

/** A program that serves until a signal ends it, and may do so in the background. */
export interface DaemonProgram<Options extends { readonly daemonize: boolean }> {
  readonly name: string;
  /** Status of a start that failed, and of one without root. */
  readonly failed: number;
  /** Called first, such as to name the process. */
  readonly prepare: () => void;
  /** @throws what {@link explain} knows. */
  readonly parse: (words: readonly string[]) => Options;
  /** Serves until it is over. @throws what {@link explain} knows, when it cannot start. */
  readonly serve: (options: Options, events: DaemonEvents) => Promise<void>;
  /** What an error of parsing or of the start means; undefined for a defect, which is thrown on. */
  readonly explain: (error: unknown) => StartEnd | undefined;
  /** Opens the system's log, for where nobody reads standard error. */
  readonly openLog?: () => DaemonLog;
  /** The bytes of a line. */
  readonly encode: (text: string) => Uint8Array;
}

/**
 * Runs a daemon that only root may start.
 * @param words What follows the program's name.
 * @returns The exit status.
 */
export async function runDaemon<Options extends { readonly daemonize: boolean }>(
  program: DaemonProgram<Options>,
  words: readonly string[],
): Promise<number> {
  const complain = (text: string): void => writeAll(2, program.encode(`${text.replaceAll(/[\r\n]+/g, ' ')}\n`));
  const end = ({ status, message, output }: StartEnd): number => {
    if (output !== undefined) {
      writeAll(2, program.encode(message ?? ''));
      writeAll(1, program.encode(output));
    } else if (isInBackground()) reportStart({ status, ...(message === undefined ? {} : { message }) });
    else if (message !== undefined) complain(message);
    return status;
  };
  const log = isInBackground() ? program.openLog?.() : undefined;
  program.prepare();
  if (process.geteuid?.() !== 0)
    return end({ status: program.failed, message: 'Sorry, but you have to be root to run this program' });
  try {
    const options = program.parse(words);
    if (options.daemonize && !isInBackground()) {
      const { status, message } = await startInBackground(words);
      if (message !== undefined) complain(message);
      return status;
    }
    await program.serve(options, {
      complain: (text) => (log === undefined ? complain(`${program.name}: ${text}`) : log('warning', text)),
      note: (text) => log?.('info', text),
      started: () => {
        if (isInBackground()) reportStart({ status: 0 });
      },
    });
    return 0;
  } catch (error) {
    const known = program.explain(error);
    if (known === undefined) throw error;
    return end(known);
  }
}
