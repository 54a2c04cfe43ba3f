import { MAX_REPLY_BYTES, requestedName } from '@pure-ftpd/certificates';
import { runProgram } from '@pure-ftpd/cli/daemon';

/** As long as a client waits for a certificate, and twice that. */
const PROGRAM_MS = 60_000;

/**
 * Answers a question with what the program prints for the name, unparsed: its meaning is the server's business.
 * @param complain Called when the program could not be run to its end.
 */
export async function answer(
  program: string,
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
    limitMs: PROGRAM_MS,
    signal,
  });
  if (failure !== undefined && !signal.aborted) complain(`${program} for ${name}: ${failure}`);
  return output;
}
