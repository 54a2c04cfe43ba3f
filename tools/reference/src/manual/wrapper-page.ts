// pure-ftpd-wrapper(8): the server under another name, with a tree of files in place of options.
import type { Documented, Program } from '../documented.ts';
import { programPage } from './program-page.ts';
import type { ManualPage } from './roff.ts';

/** @param wrapper What it says of itself. @param options Those of the server. */
export function wrapperPage(wrapper: Program, options: readonly Documented[]): ManualPage {
  const strange = options.filter(({ notInDebian }) => notInDebian === true).flatMap(({ keys = [] }) => keys);
  return programPage(wrapper, {
    sections: [
      {
        heading: 'THE TREE',
        body: [
          'A file in `conf` is a key of `pure-ftpd.conf`(5) by its name, and its first line that is neither empty nor a comment is the value: `yes` or `no`, a number, a path. Two values have a blank or a colon between them. A key of our own, which may be repeated, takes each line.',
          `Links in \`auth\` say who may log in: each leads to the file of such a key (\`PureDB\`, \`MySQLConfigFile\`, \`PGSQLConfigFile\`, \`LDAPConfigFile\`, \`ExtAuth\`, \`PAMAuthentication\`, \`UnixAuthentication\`), and they are asked in the order of the names of the links.`,
          `Debian's own wrapper knows neither our keys nor ${strange.map(({ name }) => `\`${name}\``).join(', ')}. \`FSCharset\` and \`ClientCharset\` are passed over, as it does. \`PIDFile\` is an error: the process id is always in the same file.`,
        ],
      },
    ],
    files: [
      ['/etc/pure-ftpd/conf/KEY', 'the value of a key'],
      ['/etc/pure-ftpd/auth/NUMBER-NAME', 'links to those that say who may log in'],
      ['/var/run/pure-ftpd/pure-ftpd.pid', 'the process id'],
    ],
    environment: [
      [
        'STANDALONE_OR_INETD',
        'with `standalone` the server goes to the background; set in `/etc/default/pure-ftpd-common`',
      ],
      ['VIRTUALCHROOT', 'with `true` links lead out of homes, as with the suffix'],
      ['NOTIFY_SOCKET', 'started by systemd the server stays in the foreground'],
    ],
    status: [
      ['0', 'a normal end'],
      ['1', 'the server could not start'],
      ['252', 'a file of the tree makes no sense: a line says which'],
    ],
    seeAlso: ['pure-ftpd(8)', 'pure-ftpd.conf(5)'],
  });
}
