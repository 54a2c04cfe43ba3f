import type { OutcomeOf } from '@pure-ftpd/server/internal';

import type { Sentences } from './sentences.ts';

/** What STAT says of the session, one line each. */
export function statusLines(words: Sentences, status: OutcomeOf<'serverStatus'>): string[] {
  const { remoteAddress: address, username, transfer } = status;
  const lines = [
    words.say('statusConnectedFrom', { address }),
    username === undefined ? words.say('statusNotLoggedIn') : words.say('statusLoggedIn', { username }),
    words.say(status.type === 'ascii' ? 'statusTypeAscii' : 'statusTypeBinary'),
  ];
  if (transfer === undefined) return [...lines, words.say(status.isAwaited ? 'statusDataAwaited' : 'statusNoData')];
  lines.push(words.say('statusTransfer', { path: transfer.path }));
  const { moved } = transfer;
  if (moved !== undefined)
    lines.push(
      words.say('statusBytes', { bytes: moved.bytes }),
      words.say('statusSeconds', { seconds: moved.seconds.toFixed(0) }),
    );
  return lines;
}
