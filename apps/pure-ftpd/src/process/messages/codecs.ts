import { deserialize, serialize } from 'node:v8';

import type { Codec } from './channel.ts';
import type { MessageToChild } from './to-child.ts';
import type { SentToMonitor } from './to-monitor.ts';

/** The monitor's end: what processes that are not trusted send is JSON, of which every field is checked. */
export const monitorCodec: Codec<MessageToChild> = {
  encode: (message) => serialize(message),
  decode: (bytes): unknown => JSON.parse(bytes.toString()),
};

/** The end of a process that the monitor has started. What the monitor says is taken as it is. */
export const childCodec: Codec<SentToMonitor> = {
  encode: (message) => Buffer.from(JSON.stringify(message)),
  decode: (bytes): unknown => deserialize(bytes),
};
