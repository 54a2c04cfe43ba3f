// What several formats of the C program have in common. They are made of bytes: strings here have a character for each byte (latin1).

import { encodeName } from '@pure-ftpd/protocol';

import type { SessionView } from '../session-view.ts';

/** The bytes of a name, a character each. */
export function bytesOf(name: string): string {
  return encodeName(name).toString('latin1');
}

/** The state as C writes it. */
export function stateText({ state }: SessionView): string {
  switch (state) {
    case 'idle': {
      return 'IDLE';
    }
    case 'download': {
      return ' DL ';
    }
    case 'upload': {
      return ' UL ';
    }
    case 'unknown': {
      return 'ERR!';
    }
    default: {
      return state satisfies never;
    }
  }
}

/** Hours and minutes; the hours may have more than two digits. */
export function hoursAndMinutes(seconds: bigint): string {
  const [hours, minutes] = [seconds / 3600n, (seconds / 60n) % 60n].map((part) => String(part).padStart(2, '0'));
  return `${hours}:${minutes}`;
}

/** What is known of sizes decides which of them are shown. */
export function sizesKnown({ current, total }: SessionView): 'none' | 'current' | 'both' {
  if (current === 0n) return 'none';
  return total === 0n ? 'current' : 'both';
}

const MARKUP: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

/** Text between tags: a control character, which XML cannot have, becomes `?`. */
export function markupText(bytes: string): string {
  return bytes.replace(/[\0-\x1f\x7f<>&]/g, (character) => MARKUP[character] ?? '?');
}

/** The same between double quotes. C leaves these as they are, and the document breaks. */
export function attributeText(bytes: string): string {
  return markupText(bytes).replaceAll('"', '&quot;');
}
