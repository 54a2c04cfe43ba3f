// System accounts as users [spec interop.md row 17].
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readGolden } from '../support/golden.ts';
import { type Outcome, PrivateMachine } from '../support/private-machine.ts';
import { c, ours, sides } from '../support/programs.ts';

const USER = ['setpriv', '--reuid', '1001', '--regid', '1001', '--clear-groups'];

describeWith(['root', 'pure-pwconvert'], 'pure-pwconvert beside the C tool', () => {
  let machine: PrivateMachine;
  beforeAll(async () => {
    machine = await PrivateMachine.start({
      passwd: readGolden('pw', 'pwconvert.etc-passwd'),
      shadow: readGolden('pw', 'pwconvert.etc-shadow'),
      shells: readGolden('pw', 'pwconvert.etc-shells'),
    });
    const homes = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `/srv/home/${name}`);
    await machine.run(['mkdir', '-p', ...homes], { cwd: '/' });
  });
  afterAll(() => machine?.[Symbol.asyncDispose]());

  function run(...command: readonly string[]): Promise<Outcome> {
    return machine.run(command, { cwd: '/' });
  }

  test.each(sides)('$name prints what is recorded for root', async ({ program }) => {
    const expected = { status: 0, stderr: '', stdout: readGolden('pw', 'pwconvert.root.out') };
    expect(await run(program('pure-pwconvert'))).toEqual(expected);
  });

  test.each(sides)('$name prints what is recorded for a user, who may not read the hashes', async ({ program }) => {
    const expected = { status: 0, stderr: '', stdout: readGolden('pw', 'pwconvert.user.out') };
    expect(await run(...USER, program('pure-pwconvert'))).toEqual(expected);
  });

  test('arguments mean nothing to either', async () => {
    const [theirs, own] = await Promise.all([c, ours].map(({ program }) => run(program('pure-pwconvert'), '-x', 'y')));
    expect(own).toEqual(theirs);
  });
});
