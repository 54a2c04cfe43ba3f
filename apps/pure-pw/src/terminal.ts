import { writeAll } from '@pure-ftpd/cli';
import { encodeText } from '@pure-ftpd/protocol';

/** Writes text to standard output. */
export function print(text: string): void {
  writeAll(1, encodeText(text));
}

/** Writes a line to standard error. */
export function printError(line: string): void {
  writeAll(2, encodeText(`${line}\n`));
}

/** The C tool names each line it cannot use, and goes on. */
export function warnInvalidLine(login: string): void {
  printError(`Warning: invalid line [${login}]`);
}
