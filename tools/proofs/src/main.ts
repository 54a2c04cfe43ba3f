// npm run switches: prints every option of the daemon, its row in the specification, the keys of the configuration file that
// stand for it, the test that shows what it does, and whether that test compares with the C server. Ends with 1 when one has no
// test. Where folders are named, only their tests are looked at.
import { options } from '@pure-ftpd/options';

import { testsBelow } from './read-tests.ts';
import { switchProofs, switchTable } from './switches.ts';

/** Tests of values, which show no effect, and those of other programs, which have switches of the same letters. */
const OTHERS = /\/options\/|\/(?:pure-pw.*|quotacheck|scoreboard|statsdecode|uploadscript)\.test\.ts$/;

const folders = process.argv.slice(2);
const listed = testsBelow(
  folders.length === 0 ? ['apps/pure-ftpd/src', 'test/backends', 'test/control', 'test/interop'] : folders,
);
const tests = listed.filter(({ file }) => !OTHERS.test(file));
const proofs = switchProofs(options, tests);
process.stdout.write(switchTable(proofs));
const unproved = proofs.filter(({ tests: found }) => found.length === 0).map(({ option }) => option);
if (unproved.length > 0) {
  process.stderr.write(`without a test: ${unproved.join(', ')}\n`);
  process.exitCode = 1;
}
