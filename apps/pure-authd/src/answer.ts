import { isUtf8 } from 'node:buffer';

import { MAX_REPLY_BYTES, type RequestKey, requestValues } from '@pure-ftpd/auth/extauth';
import { type QuestionDaemonOptions, runProgram } from '@pure-ftpd/cli/daemon';
import { printableName } from '@pure-ftpd/protocol';

/** What a program finds of a request in its environment. */
const VARIABLES: Readonly<Record<RequestKey, string>> = {
  account: 'AUTHD_ACCOUNT',
  password: 'AUTHD_PASSWORD',
  localhost: 'AUTHD_LOCAL_IP',
  localport: 'AUTHD_LOCAL_PORT',
  peer: 'AUTHD_REMOTE_IP',
  sni_name: 'AUTHD_CLIENT_SNI_NAME',
  encrypted: 'AUTHD_ENCRYPTED',
};

/** What a program says on standard error, up to this, is for the administrator. */
const MAX_ERROR_BYTES = 500;

/** What an answer ends with [extauth-authd §1]. */
const END = /^end\r?$/m;

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Answers a question with what the program prints, unparsed: its meaning is the server's business.
 * @param complain Called with what the program said on standard error, and when it could not be run to its end.
 */
export async function answer(
  { program, programMs }: QuestionDaemonOptions,
  lines: readonly Buffer[],
  signal: AbortSignal,
  complain: (text: string) => void,
): Promise<Buffer> {
  const variables = variablesOf(lines);
  if (variables === undefined) {
    complain('a login or a password is not UTF-8, and cannot be given to a program');
    return NOTHING;
  }
  const { output, errors, failure } = await runProgram({
    file: program,
    env: { ...inherited(), ...variables },
    maxOutput: MAX_REPLY_BYTES,
    maxErrors: MAX_ERROR_BYTES,
    limitMs: programMs,
    signal,
  });
  if (errors.length > 0) complain(`${program} says: ${printableName(errors.toString('latin1').trimEnd())}`);
  if (failure !== undefined && !signal.aborted) complain(`${program}: ${failure}`);
  // It may be a yes that the server does not take; what is in it stays out of logs.
  else if (!signal.aborted && !END.test(output.toString('latin1')))
    complain(`${program} has printed ${output.length} bytes without the line "end": nobody is let in by that`);
  return output;
}

/** As in C, an empty value has no variable. Undefined where a value would be changed on its way into an environment. */
function variablesOf(lines: readonly Buffer[]): Record<string, string> | undefined {
  const values = Object.entries(requestValues(lines)).filter(([, value]) => value.length > 0);
  if (values.some(([, value]) => !isUtf8(value) || value.includes(0))) return undefined;
  const names = new Map<string, string>(Object.entries(VARIABLES));
  return Object.fromEntries(values.map(([key, value]) => [names.get(key) ?? key, value.toString()]));
}

/** This process's environment, without what another login could have left there. */
function inherited(): NodeJS.ProcessEnv {
  const own = new Set<string>(Object.values(VARIABLES));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.has(name)));
}
