import { encodeName } from '@pure-ftpd/protocol';

import { type Finished, runProgram } from '../support/program.ts';
import type { Client, Step, Visit } from './client.ts';

/** One thing to do, by name, with its arguments. */
export type Call = readonly [name: string, ...args: readonly string[]];

/** How a program in another language is started: what stands before the script of ours, and more for its environment. */
export interface Interpreter {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A step as its name and arguments: the local path first where bytes go up, the remote one where they come down. */
export function call(step: Step): Call {
  switch (step.do) {
    case 'upload':
    case 'resumeUpload':
      return [step.do, step.local, step.remote];
    case 'download':
    case 'resumeDownload':
      return [step.do, step.remote, step.local];
    case 'rename':
      return [step.do, step.remote, step.to];
    case 'changeMode':
      return [step.do, step.remote, step.mode];
    case 'list':
    case 'delete':
    case 'makeFolder':
    case 'removeFolder':
      return [step.do, step.remote];
    default:
      return step satisfies never;
  }
}

/**
 * Runs a script of ours that drives a library of another language. It reads lines of fields with tabs between, as bytes, since
 * names need not be UTF-8: where to connect, then a call a line.
 */
export function runScript(interpreter: Interpreter, at: Visit, calls: readonly Call[]): Promise<Finished> {
  const { host, port, user, password, mode, folder, tls, charset } = at;
  const security = tls === undefined ? 'clear' : tls.implicit === true ? 'implicit' : 'explicit';
  const secured = [security, tls?.version ?? '', tls?.authority ?? ''];
  const told = charset === undefined ? [] : [charset];
  const place = [host, String(port), user, password, mode, ...secured, ...told];
  const input = encodeName([place, ...calls].map((fields) => `${fields.join('\t')}\n`).join(''));
  return runProgram(interpreter.file, interpreter.args, {
    input,
    cwd: folder,
    ...(interpreter.env === undefined ? {} : { env: interpreter.env }),
  });
}

/** What a script of ours is asked for by the tests of all clients. It is looked for when it is run. */
export function scripted(interpreter: () => Interpreter): Pick<Client, 'run'> {
  return { run: (at, steps) => runScript(interpreter(), at, steps.map(call)) };
}
