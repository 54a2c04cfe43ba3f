// The messages of the table, right as a process may say them and wrong in every field, as JSON.
import type { MovingState } from '../process/messages/to-monitor.ts';

/** What a client has made of its session. */
export const STATE = {
  timeout: 900,
  currentType: 'a',
  epsvAll: false,
  clientName: '',
  host: '',
  hashAlgorithm: 'SHA-256',
  facts: [],
  bytesReceived: 0,
  bytesSent: 0,
  protection: 'clear',
  protectionBufferSet: false,
  announced: '',
  language: '',
  charset: 'utf8',
} satisfies Readonly<Record<keyof MovingState, unknown>>;

type Message = Readonly<Record<string, unknown>> & { readonly type: string };

const LINE: Message = { type: 'line', byUser: false, level: 'INFO', text: 'said' };

/** What a worker may tell of a session. */
const EVENTS: readonly Message[] = [
  LINE,
  { ...LINE, session: 'SESSION' },
  { type: 'transferBegan', session: 'SESSION', direction: 'upload', name: 'file', offset: 0, size: 0 },
  { type: 'progress', session: 'SESSION', position: 1 },
  { type: 'idle', session: 'SESSION' },
  {
    type: 'transferred',
    session: 'SESSION',
    direction: 'upload',
    path: '/file',
    bytes: 1,
    milliseconds: 1,
    transferType: 'binary',
    complete: true,
    code: 226,
    encrypted: false,
  },
];

function told(event: Message): Message {
  return { type: 'events', events: [event] };
}

/** What a gate may say, with `SESSION` for a session. */
export const GATE_MESSAGES: readonly Message[] = [
  told(LINE),
  told({ type: 'violated', session: 'SESSION' }),
  { type: 'flooded', address: '192.0.2.1' },
  {
    type: 'arrived',
    session: 'SESSION',
    remoteAddress: '127.0.0.1',
    remotePort: 1024,
    localAddress: '127.0.0.1',
    localPort: 21,
  },
  { type: 'named', session: 'SESSION', hostName: 'localhost' },
  { type: 'judge', session: 'SESSION', login: 'alice', password: 'eA==', encrypted: false },
  { type: 'judgeAnonymous', session: 'SESSION' },
  { type: 'hungUp', session: 'SESSION' },
  { type: 'move', session: 'SESSION', state: STATE, unread: '', relayed: false },
  { type: 'gone', session: 'SESSION' },
  { type: 'announcedAddress', session: 'SESSION' },
  { type: 'certificate', request: 1, name: 'localhost' },
  { type: 'controlCleared', session: 'SESSION' },
  { type: 'stopped' },
];

/** What a worker may say. */
export const WORKER_MESSAGES: readonly Message[] = [
  ...EVENTS.map(told),
  { type: 'events', events: EVENTS },
  { type: 'clearControl', session: 'SESSION', written: 1 },
  { type: 'ended', session: 'SESSION' },
  {
    type: 'uploadBegan',
    root: '/home',
    directory: '/',
    name: '.pureftpd-upload.1.1.1.0123456789abcdef01234567',
    charged: true,
  },
  { type: 'uploadEnded', name: '.pureftpd-upload.1.1.1.0123456789abcdef01234567' },
  { type: 'back', session: 'SESSION', state: STATE, unread: '' },
  { type: 'connect', session: 'SESSION', request: 1, host: '127.0.0.1', port: 1024 },
  { type: 'reserve', session: 'SESSION', request: 2, anyPeer: false },
  { type: 'release', session: 'SESSION', request: 2 },
];

/** No field is any of these. */
const WRONG: readonly unknown[] = [null, {}, -1, 1.5, 2 ** 53, 1e300, 'x'.repeat(800_001), [['x']], [[[]]]];

type Spoilt = Readonly<Record<string, unknown>>;

/** A message with one field wrong, missing or too many, in every way; so is what a session is said to be, or to have done. */
export function* spoilt(message: Message): Generator<Spoilt> {
  yield* spoiltFields(message);
  if ('state' in message) for (const state of spoiltFields(STATE)) yield { ...message, state };
  const { events } = message;
  if (!Array.isArray(events)) return;
  for (const [index, event] of Array.from<unknown>(events).entries()) {
    if (!isObject(event)) throw new TypeError('an event is an object');
    for (const wrong of spoiltFields(event)) {
      // What may be left out.
      if (event['type'] === 'line' && !('session' in wrong)) continue;
      yield { ...message, events: events.with(index, wrong) };
    }
  }
}

function isObject(value: unknown): value is Spoilt {
  return typeof value === 'object' && value !== null;
}

function* spoiltFields(fields: Spoilt): Generator<Spoilt> {
  for (const field of Object.keys(fields)) {
    for (const value of WRONG) yield { ...fields, [field]: value };
    yield Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field));
  }
  for (const extra of ['__proto__', 'sessionId', 'startedAt', 'user', 'hosts']) {
    if (!Object.hasOwn(fields, extra))
      yield Object.defineProperty({ ...fields }, extra, { value: 'x', enumerable: true });
  }
}
