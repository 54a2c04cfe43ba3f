// What is said of transfers [server-protocol §7, §9].
import type { Reply } from '@pure-ftpd/protocol';
import { reply } from '@pure-ftpd/server';
import type { OutcomeOf } from '@pure-ftpd/server/internal';

import type { Words } from './words.ts';

/** From this many bytes on the client is told how much is to come. */
const ANNOUNCED_SIZE = 4096;

export function dataConnectionOpening(words: Words, outcome: OutcomeOf<'dataConnectionOpening'>): Reply {
  const lines = outcome.uniqueName === undefined ? [] : [`FILE: ${outcome.uniqueName}`];
  lines.push(words.dataConnectionOpening);
  if (outcome.size !== undefined && outcome.size > ANNOUNCED_SIZE) {
    lines.push(words.sizeToCome((outcome.size / 1024).toFixed(1)));
  }
  return { code: 150, lines };
}

export function transferComplete(words: Words, outcome: OutcomeOf<'transferComplete'>): Reply {
  if (outcome.kind === 'list') {
    if (outcome.listing === undefined) return reply(226, words.listed({ entries: 0, truncated: false }));
    const { options, entries, truncated } = outcome.listing;
    const count = words.listed({ entries, truncated });
    return { code: 226, lines: options === '' ? [count] : [`Options: ${options}`, count] };
  }
  const lines = [outcome.kind === 'send' ? words.fileSent : words.fileReceived];
  if (outcome.bytes > 0) lines.push(words.rate({ seconds: outcome.seconds, ...rate(outcome) }));
  return { code: 226, lines };
}

function rate({ bytes, seconds }: { readonly bytes: number; readonly seconds: number }): {
  rate: number;
  unit: 'bytes' | 'KiB' | 'MiB';
} {
  // What took no time that can be measured is told as if it had taken a microsecond.
  const perSecond = bytes / Math.max(seconds, 1e-6);
  if (perSecond >= 1024 * 1024) return { rate: perSecond / (1024 * 1024), unit: 'MiB' };
  return perSecond >= 1024 ? { rate: perSecond / 1024, unit: 'KiB' } : { rate: perSecond, unit: 'bytes' };
}
