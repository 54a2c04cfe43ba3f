import { HiddenLineInput } from './hidden-line-input.ts';
import { DescriptorLines, type LineInput } from './line-input.ts';
import { writeAll } from './output.ts';
import { isTerminal } from './terminal.ts';

// The C tool reads with a buffer of LINE_MAX bytes, one of them held back, one for the final NUL.
const LINE_LIMIT = 2046;
const ROUNDS = 3;

/** No password was given: the input has ended, or the two answers have never been the same. */
export class NoPasswordError extends Error {
  override readonly name = 'NoPasswordError';

  constructor() {
    super('no password was given');
  }
}

/**
 * Asks for a new password twice, on standard output, until both answers are the same (spec pure-pw section 2). Without a terminal both
 * are lines of standard input.
 * @throws NoPasswordError
 */
export async function askNewPassword(): Promise<Buffer> {
  const input = isTerminal(0) ? new HiddenLineInput(0, LINE_LIMIT) : new DescriptorLines(0, LINE_LIMIT);
  try {
    return await askTwice(input);
  } finally {
    input.close();
  }
}

/**
 * A new password from a person as any; from a program one line, without a prompt.
 * @throws NoPasswordError
 */
export async function readNewPassword(): Promise<Buffer> {
  if (isTerminal(0)) return askNewPassword();
  const input = new DescriptorLines(0, LINE_LIMIT);
  try {
    return await answer(input);
  } finally {
    input.close();
  }
}

async function askTwice(input: LineInput): Promise<Buffer> {
  for (let round = 0; round < ROUNDS; round += 1) {
    print('Password: ');
    const password = await answer(input);
    print('\nEnter it again: ');
    const again = await answer(input);
    print('\n');
    const same = password.equals(again);
    again.fill(0);
    if (same) return password;
    password.fill(0);
    print("You didn't enter the same password\n");
  }
  throw new NoPasswordError();
}

async function answer(input: LineInput): Promise<Buffer> {
  const line = await input.readLine();
  if (line === undefined) throw new NoPasswordError();
  return line;
}

function print(text: string): void {
  writeAll(1, Buffer.from(text));
}
