import type { Reply } from '@pure-ftpd/protocol';

/**
 * A reply written out by a subclass: `200 Done.`, lines separated by `\n`.
 * @throws TypeError for anything else.
 */
export function parseReply(text: string): Reply {
  const match = /^([1-6]\d\d)[ -](.*)$/s.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) throw new TypeError(`not a reply: ${text}`);
  return { code: Number(match[1]), lines: match[2].split(/\r?\n/) };
}
