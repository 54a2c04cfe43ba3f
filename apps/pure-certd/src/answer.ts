import { MAX_REPLY_BYTES, requestedName } from '@pure-ftpd/certificates';
import { type QuestionDaemonOptions, runProgram } from '@pure-ftpd/cli/daemon';

/**
 * Answers a question with what the program prints for the name, unparsed: its meaning is the server's business.
 * @param complain Called when the program could not be run to its end.
 */
export async function answer(
  { program, programMs }: QuestionDaemonOptions,
  lines: readonly Buffer[],
  signal: AbortSignal,
  complain: (text: string) => void,
): Promise<Buffer> {
  const name = requestedName(lines.map((line) => line.toString('latin1')));
  // No server asks so: there is nothing to tell a program.
  if (name === undefined) return Buffer.alloc(0);
  const { output, failure } = await runProgram({
    file: program,
    env: { ...process.env, CERTD_SNI_NAME: name },
    maxOutput: MAX_REPLY_BYTES,
    limitMs: programMs,
    signal,
  });
  if (failure !== undefined && !signal.aborted) complain(`${program} for ${name}: ${failure}`);
  return output;
}
