import { writeAll } from '../output.ts';
import { isInBackground, reportStart, startInBackground } from './background.ts';
import { syslogDatagram, SyslogSender } from './syslog.ts';

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
  const log = isInBackground() ? backgroundLog(program) : undefined;
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

/** The facility `ftp` of `syslog.h`, where the server's lines go as well. */
const FTP = 11;

/** The system's log, for a daemon whose standard error nobody reads. Control characters would be lines of somebody else's. */
function backgroundLog({
  name,
  encode,
}: Pick<DaemonProgram<{ readonly daemonize: boolean }>, 'name' | 'encode'>): (
  severity: 'info' | 'warning',
  text: string,
) => void {
  const datagram = (severity: 'info' | 'warning', text: string): Buffer =>
    syslogDatagram(
      { facility: FTP, severity, tag: `${name}[${process.pid}]`, time: Date.now() },
      encode(text.replaceAll(/[\0-\x1f\x7f]/g, '_')),
    );
  const sender = new SyslogSender((count) => datagram('warning', `${count} lines of the log were lost`));
  return (severity, text) => sender.send(datagram(severity, text));
}
