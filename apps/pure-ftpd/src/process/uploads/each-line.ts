import type { Duplex } from 'node:stream';

/** Hears each line that comes over a channel, which is given up when one is longer than that, in characters. */
export function eachLine(channel: Duplex, limit: number, hear: (line: string) => void): void {
  let left = '';
  // Its end shows by the process at its other end.
  channel.on('error', () => undefined);
  channel.setEncoding('utf8').on('data', (text: string) => {
    const lines = (left + text).split('\n');
    left = lines.pop() ?? '';
    for (const line of lines) if (line.length <= limit) hear(line);
    if (left.length <= limit) return;
    left = '';
    channel.destroy();
  });
}
