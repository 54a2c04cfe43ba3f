// The connection to the monitor, as a gate or a worker has it.
import { closeSync } from 'node:fs';

import { writeAll } from '@pure-ftpd/cli';
import { closeInheritedDescriptors } from '@pure-ftpd/posix';

import { Log } from '../log/log.ts';
import { EventChannel } from './event-channel.ts';
import { CHILD_DESCRIPTORS } from './role.ts';
import { ignoreEndingSignals } from './ending-signals.ts';
import { Channel } from './messages/channel.ts';
import { childCodec } from './messages/codecs.ts';
import type { MessageToChild } from './messages/to-child.ts';
import type { SentToMonitor } from './messages/to-monitor.ts';

/** Who takes messages. */
export interface Speaker {
  send(message: SentToMonitor, descriptor?: number): void;
  /** Says something that can wait for the end of this turn. */
  sendSoon(message: SentToMonitor): void;
  /** Says something that can wait for the next message, or some milliseconds. */
  sendLater(message: SentToMonitor): void;
  /** Says goodbye: the process ends when what was sent has left. */
  end(): void;
}

export interface MonitorLink extends Speaker {
  readonly log: Log;
  /** What happens in sessions. */
  readonly events: EventChannel;
}

/**
 * Opens the channel to the monitor, first thing in a process. Without the monitor there is nothing to do: the process ends
 * with it.
 * @param types The messages that this process expects.
 * @param receive Takes a message; a descriptor that it does not want it closes.
 */
export function openMonitorLink<Message extends MessageToChild>(
  types: readonly Message['type'][],
  receive: (link: MonitorLink, message: Message, descriptor: number | undefined) => void,
): void {
  ignoreEndingSignals();
  closeInheritedDescriptors(Object.values(CHILD_DESCRIPTORS));
  // Modes of new files are those of -U, whatever the shell that started us had.
  process.umask(0);
  const channel: Channel<SentToMonitor> = new Channel(CHILD_DESCRIPTORS, childCodec, {
    message: (message, descriptor) => {
      if (isOneOf(message, types)) receive(link, message, descriptor);
      else drop(descriptor);
    },
    closed: (error) => {
      // A defect, here or there: the monitor reads why, and tells the log.
      if (error !== undefined) writeAll(2, Buffer.from(`${error.stack ?? error.message}\n`));
      process.exit(error === undefined ? 0 : 1);
    },
  });
  const link = linkOver(channel);
  process.once('exit', () => {
    link.events.flush();
    channel.flush();
  });
}

/** What a process says by way of a channel: events before what is said after them. */
export function linkOver(speaker: Speaker): MonitorLink {
  const events = new EventChannel(speaker);
  return {
    log: new Log([events]),
    events,
    send: (message, descriptor) => {
      events.flush();
      speaker.send(message, descriptor);
    },
    sendSoon: (message) => {
      events.flush();
      speaker.sendSoon(message);
    },
    sendLater: (message) => {
      events.flush();
      speaker.sendLater(message);
    },
    end: () => {
      events.flush();
      speaker.end();
    },
  };
}

/** The monitor is believed: a message of a type is what it should be. */
export function isOneOf<Message extends MessageToChild>(
  value: unknown,
  types: readonly Message['type'][],
): value is Message {
  return typeof value === 'object' && value !== null && 'type' in value && types.some((type) => type === value.type);
}

/** Drops a descriptor that came too late, or with the wrong message. */
export function drop(descriptor: number | undefined): void {
  if (descriptor !== undefined) closeSync(descriptor);
}
