import { systemErrorText } from '@pure-ftpd/cli';
import { getSystemErrorMap } from 'node:util';

/** What Node says of an error of the system, as outcomes have it, and what the C library says. */
const TEXTS: ReadonlyMap<string, string> = new Map(
  Array.from(getSystemErrorMap().values(), ([code, text]) => [
    text.toLowerCase(),
    systemErrorText(Object.assign(new Error(text), { code, syscall: '' })),
  ]),
);

/** The reason of a failure in the words of strerror(3), which tools know; one that is not the system's as it is. */
export function strerror(reason: string): string {
  return TEXTS.get(reason.toLowerCase()) ?? reason;
}
