// pure-ftpd.conf(5), from the table of options.
import { type Documented, keyForm, keyName, type Program } from '../documented.ts';
import { said } from './program-page.ts';
import type { ManualPage, Term } from './roff.ts';

export function configurationPage({ version, options }: Program): ManualPage {
  return {
    name: 'pure-ftpd.conf',
    section: 5,
    version,
    summary: 'configuration of pure-ftpd',
    sections: [
      {
        heading: 'DESCRIPTION',
        body: [
          'A file that stands alone on the command line of `pure-ftpd` has a line for each option: a key, a space, `=` or `:`, and a value. Case does not count in keys. Comments have lines of their own, which begin with `#`. `Include FILE` puts another file there; one that is not there is none.',
          '`pure-ftpd --check-config FILE` says all that is wrong with a file, with line and remedy, or prints the command line that it stands for.',
        ],
      },
      { heading: 'KEYS', body: [{ terms: options.flatMap(entries) }] },
      {
        heading: 'A FILE FOR EACH KEY',
        body: [
          '`pure-ftpd-wrapper` starts the server with a file of the name of the key for each key, in `/etc/pure-ftpd/conf`, with the value in it: see `pure-ftpd-wrapper`(8).',
        ],
      },
      {
        heading: 'EXAMPLE',
        body: [
          {
            code: [
              'PureDB           /etc/pure-ftpd/pureftpd.pdb',
              'NoAnonymous      yes',
              'ChrootEveryone   yes',
              'TLS              2',
              'PassivePortRange 30000 30009',
              'SyslogFacility   ftp',
            ].join('\n'),
          },
        ],
      },
    ],
    seeAlso: [
      'pure-ftpd(8)',
      'pure-ftpd-wrapper(8)',
      'pureftpd.passwd(5)',
      'pureftpd-mysql.conf(5)',
      'pureftpd-ldap.conf(5)',
    ],
  };
}

function entries(option: Documented): Term[] {
  const { short, long, keys = [] } = option;
  const name = short === undefined ? `--${long}` : `-${short}`;
  return keys.map((key) => ({
    names: [keyName(option, key)],
    argument: keyForm(key),
    lines: [`${capital(said(option))} As \`${name}\`.`],
  }));
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
