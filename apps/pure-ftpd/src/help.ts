import { type OptionSpec, renderHelp, versionText } from '@pure-ftpd/cli';
import { options } from '@pure-ftpd/options';

import { VERSION } from './version.ts';

const NAMES = { program: 'pure-ftpd', version: VERSION };

/** Whatever asks for help has the version first: scripts cut it out of the first line of the C server's. */
const FIRST_LINES = `${versionText(NAMES)} [privsep]\n\n`;

/** What can be used. */
const BUILT: readonly OptionSpec[] = options.filter(({ unsupported }) => unsupported !== true);

/** What stands around the options, on the page of the help and in the manual. */
export const ABOUT = {
  ...NAMES,
  usage: ['[OPTION]...', 'CONFIGURATION-FILE'],
  purpose:
    'Serves files by FTP. A configuration file has a line KEY VALUE for each option, and stands alone; --check-config says what is wrong with it.',
  epilogue: [
    'The users of a PureDB, on all addresses: pure-ftpd -l puredb:/etc/pure-ftpd/pureftpd.pdb -E -A -j. Signals: TERM ends the server when its transfers have ended.',
  ],
};

/** What `--help` prints: a page for people. */
export function helpPage(): string {
  return FIRST_LINES + renderHelp({ ...ABOUT, options: BUILT });
}

/**
 * What `-h` prints for scripts: a line for each option as in the C server, `-X<TAB>--name<TAB>` and `<opt>` when it takes an argument
 * [server-options §2].
 */
export function helpList(): string {
  const lines = BUILT.map(
    ({ short, long, argument }) =>
      `${short === undefined ? '' : `-${short}`}\t--${long}\t${argument === undefined ? '' : '<opt>'}\n`,
  );
  return FIRST_LINES + lines.join('');
}
