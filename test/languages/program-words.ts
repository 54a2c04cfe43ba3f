// What programs read of a session: it must be the same in every language.
import type { Step } from './whole-session.ts';

/** What a program sees of one command: codes, the lines that are no sentences, and the data, without what no two sessions share. */
export interface ProgramWords {
  readonly sent: string;
  /** The code of each line, with what stands between it and the text. */
  readonly codes: readonly string[];
  readonly words: readonly string[];
  readonly data?: string;
}

/** Replies that are no sentences, by the command; their last lines of a frame are. */
const FIXED = /^(?:SYST|SIZE|MDTM|MFMT|MLST|HASH|PBSZ|STAT .+)(?: |$)/;

/** Replies with something fixed in a sentence, and what is fixed. */
const WITHIN = [
  /^22[79] .*/,
  /^\d{3}[ -]"[^"]*"/,
  /^[ \d]{3}[ -]Options: .*/,
  /\(Pure-FTPd\)/,
  /\[(?:TLS|XYZZY|[ERB])\]/,
];

export function programWords({ sent, heard, data }: Step): ProgramWords {
  const lines = heard.flatMap((reply) => reply.split('\n'));
  return {
    sent,
    codes: lines.map((line) => line.slice(0, 4).replace(/^(?!\d{3}[ -]).*/s, 'more')),
    words: lines.flatMap((line) => fixedIn(sent, line)).map(shared),
    ...(data === undefined ? {} : { data: shared(data) }),
  };
}

function fixedIn(sent: string, line: string): string[] {
  if ((FIXED.test(sent) && !line.startsWith('5')) || (sent === 'FEAT' && line.startsWith(' '))) return [line];
  return WITHIN.flatMap((fixed) => fixed.exec(line)?.[0] ?? []);
}

/** Without ports, the order of languages and the star among them, and what folders are told by. */
function shared(text: string): string {
  return text
    .replace(/\(127,0,0,1,\d+,\d+\)|\(\|{3}\d+\|\)/, '(PORT)')
    .replace(/\bunique=\w+/g, 'unique=ID')
    .replace(/^(type=pdir;.*)modify=\d+/m, '$1modify=TIME')
    .replace(/^ LANG (.*)$/, (_, tags: string) => ` LANG ${tags.replace('*', '').split(';').toSorted().join(';')}`);
}
