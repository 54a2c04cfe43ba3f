import type { Difference } from '../../support/differential.ts';

/** Where our pure-pw does something else than the C tool, and why. */
export const differences: readonly Difference[] = [
  {
    section: 'three',
    line: 'pure-pw list x -f .',
    reason: 'a folder is no text file: C reads nothing from it and is content',
  },
  {
    section: 'three',
    line: 'pure-pw usermod alice -f p -t 18014398509481984',
    reason:
      'a number of KB that passes 64 bits in bytes is no number: C stores 0, with which its server dies at the login',
  },
  {
    section: 'three',
    line: 'pure-pw usermod alice -f p -M 1',
    reason: '-M counts megabytes from the first: C compares it with a number of bytes, and takes nothing below 8192',
  },
  {
    section: 'three',
    line: "printf 'a\\na\\n' | pure-pw useradd new -f p -u ftpuser -d /srv/new -C 64 -t '' -T '' -n '' -N '' -q '' -Q '' -y '' -z ''",
    reason:
      "'' is unlimited for useradd as it is for usermod: C stores limits of zero, with which its server dies at the login",
  },
  {
    section: 'odd-lines',
    line: "printf 'a\\na\\n' | pure-pw useradd new -f p -u ftpuser -d /srv/new -C 64",
    reason: 'a last line without its end gets one: C glues the new user to it, and both are lost',
  },
];
