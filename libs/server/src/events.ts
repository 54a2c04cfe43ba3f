import { channel, type Channel, type ChannelListener } from 'node:diagnostics_channel';

import type { SessionEvent } from './contract/events.ts';
import type { UserCalls } from './contract/user-code.ts';
import { isPromise } from './user-code/user-code.ts';

/** Every event of every session of the process is published here, for loggers, metrics and traces. */
export const sessionEvents = guarded(channel('pure-ftpd:session'));

/** Whose event is being published. */
let speaker: UserCalls | undefined;

/** Tells all subscribers; those that fail do not keep it from the others. */
export function publishEvent(event: SessionEvent, code: UserCalls): void {
  if (!sessionEvents.hasSubscribers) return;
  const before = speaker;
  speaker = code;
  sessionEvents.publish(event);
  speaker = before;
}

/**
 * Node ends the process when a subscriber throws, or rejects: so each is called by a function that does neither. Whoever
 * has subscribed by the name of the channel before this module was loaded subscribes anew.
 */
function guarded(events: Channel): Channel {
  const calls = new WeakMap<ChannelListener, ChannelListener>();
  const early: unknown = Reflect.get(events, '_subscribers');
  const own: Pick<Channel, 'subscribe' | 'unsubscribe'> = {
    subscribe(listener) {
      const call = calls.get(listener) ?? guardedListener(listener);
      calls.set(listener, call);
      asNode(() => events.subscribe(call));
    },
    unsubscribe: (listener) => asNode(() => events.unsubscribe(calls.get(listener) ?? listener)),
  };
  /** Node's own methods change with the first subscriber and the last, and call each other. */
  const asNode = <T>(call: () => T): T => {
    Reflect.deleteProperty(events, 'subscribe');
    Reflect.deleteProperty(events, 'unsubscribe');
    try {
      return call();
    } finally {
      Object.assign(events, own);
    }
  };
  Object.assign(events, own);
  for (const listener of Array.isArray(early) ? Array.from<unknown>(early) : []) {
    if (!isListener(listener)) continue;
    events.unsubscribe(listener);
    events.subscribe(listener);
  }
  return events;
}

function guardedListener(listener: ChannelListener): ChannelListener {
  const hook = `subscriber ${listener.name}`.trimEnd();
  return (event, name) => {
    const code = speaker;
    try {
      const returned: unknown = listener(event, name);
      if (code !== undefined) code.heard(hook, returned);
      else if (isPromise(returned)) returned.then(undefined, printed);
    } catch (error) {
      if (code === undefined) printed(error);
      else code.deaf(hook, error);
    }
  };
}

/** What is published by somebody else is nobody's session. */
function printed(error: unknown): void {
  console.error('a subscriber of pure-ftpd:session has failed:', error);
}

function isListener(value: unknown): value is ChannelListener {
  return typeof value === 'function';
}
