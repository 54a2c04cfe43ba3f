// What is said of transfers [server-protocol §7, §9].
import type { Reply } from '@pure-ftpd/protocol';
import { reply } from '@pure-ftpd/server';
import type { OutcomeOf } from '@pure-ftpd/server/internal';

import type { Sentences } from './sentences.ts';

/** From this many bytes on the client is told how much is to come. */
const ANNOUNCED_SIZE = 4096;

export function dataConnectionOpening(words: Sentences, outcome: OutcomeOf<'dataConnectionOpening'>): Reply {
  const lines = outcome.uniqueName === undefined ? [] : [`FILE: ${outcome.uniqueName}`];
  lines.push(words.say('dataConnectionOpening'));
  if (outcome.size !== undefined && outcome.size > ANNOUNCED_SIZE) {
    lines.push(words.say('sizeToCome', { kibibytes: (outcome.size / 1024).toFixed(1) }));
  }
  return { code: 150, lines };
}

export function transferComplete(words: Sentences, outcome: OutcomeOf<'transferComplete'>): Reply {
  if (outcome.kind === 'list') {
    if (outcome.listing === undefined) return reply(226, words.say('listed', { entries: 0 }));
    const { options, entries, truncated } = outcome.listing;
    const count = words.say(truncated ? 'listedTruncated' : 'listed', { entries });
    return { code: 226, lines: options === '' ? [count] : [`Options: ${options}`, count] };
  }
  const lines = [words.say(outcome.kind === 'send' ? 'fileSent' : 'fileReceived')];
  if (outcome.bytes > 0) lines.push(rate(words, outcome));
  return { code: 226, lines };
}

function rate(words: Sentences, { bytes, seconds }: { readonly bytes: number; readonly seconds: number }): string {
  // What took no time that can be measured is told as if it had taken a microsecond.
  const perSecond = bytes / Math.max(seconds, 1e-6);
  const say = (key: 'rateInBytes' | 'rateInKiB' | 'rateInMiB', amount: number): string =>
    words.say(key, { seconds: seconds.toFixed(3), rate: amount.toFixed(2) });
  if (perSecond >= 1024 * 1024) return say('rateInMiB', perSecond / (1024 * 1024));
  return perSecond >= 1024 ? say('rateInKiB', perSecond / 1024) : say('rateInBytes', perSecond);
}
