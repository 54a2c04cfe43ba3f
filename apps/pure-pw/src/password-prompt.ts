import { isatty } from 'node:tty';
import { DescriptorLines, HiddenLineInput, type LineInput } from '@pure-ftpd/cli';
import { ActionError, ExitStatus } from './exit-status.ts';
import { print } from './terminal.ts';

// The C tool reads with a buffer of LINE_MAX bytes, one of them held back, one for the final NUL.
const LINE_LIMIT = 2046;
const ROUNDS = 3;

/** Asks for a new password twice, on standard output, until both answers are the same (spec pure-pw section 2). */
export async function askNewPassword(): Promise<Buffer> {
  const input = isatty(0) ? new HiddenLineInput(0, LINE_LIMIT) : new DescriptorLines(0, LINE_LIMIT);
  try {
    return await askTwice(input);
  } finally {
    input.close();
  }
}

/** The password for a program that asks for a hash: one line, without a prompt; from a person as any new password. */
export async function readNewPassword(): Promise<Buffer> {
  if (isatty(0)) {
    return askNewPassword();
  }
  const input = new DescriptorLines(0, LINE_LIMIT);
  try {
    return await answer(input);
  } finally {
    input.close();
  }
}

/** @throws ActionError at the end of input, or after three rounds. */
export async function askTwice(input: LineInput): Promise<Buffer> {
  for (let round = 0; round < ROUNDS; round += 1) {
    print('Password: ');
    const password = await answer(input);
    print('\nEnter it again: ');
    const again = await answer(input);
    print('\n');
    const same = password.equals(again);
    again.fill(0);
    if (same) {
      return password;
    }
    password.fill(0);
    print("You didn't enter the same password\n");
  }
  throw noPassword();
}

async function answer(input: LineInput): Promise<Buffer> {
  const line = await input.readLine();
  if (line === undefined) {
    throw noPassword();
  }
  return line;
}

function noPassword(): ActionError {
  return new ActionError(ExitStatus.noPassword, 'Error with entering password - aborting');
}
