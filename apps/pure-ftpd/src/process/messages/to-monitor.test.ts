import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { MessageViolation, saidChecks } from '@pure-ftpd/server/internal';

import { GATE_MESSAGES, spoilt, WORKER_MESSAGES } from '../../testing/hostile-messages.ts';
import { PURE_FTPD_SLOTS } from '../../features/all.ts';
import { admitMessage, eventsIn, type Sender, type SenderState, type SessionPhase } from './to-monitor.ts';

function sender<Role extends Sender>(role: Role, phase: SessionPhase = 'unknown', isReady = true): SenderState<Role> {
  return { role, isReady, phaseOf: () => phase, connectionOf: () => undefined };
}

const SESSION = '0123456789abcdef';
const PHASES: readonly SessionPhase[] = ['unknown', 'arrived', 'judging', 'refused', 'admitted', 'served'];
const ARRIVED = {
  type: 'arrived',
  session: SESSION,
  remoteAddress: '192.0.2.1',
  remotePort: 40_000,
  localAddress: '::1',
  localPort: 21,
};
const JUDGE = {
  type: 'judge',
  session: SESSION,
  login: 'alice',
  password: Buffer.from('secret').toString('base64'),
  encrypted: false,
};

/** What becomes of an event of that session, when a process tells it. */
function tell(role: Sender, phase: SessionPhase, event: object): unknown {
  return admitMessage(sender(role, phase), { type: 'events', events: [{ session: SESSION, ...event }] }, undefined);
}

/** A message about that session. */
function inSession(message: (typeof WORKER_MESSAGES)[number]): (typeof WORKER_MESSAGES)[number] {
  const events: unknown = message['events'];
  const named = (value: object): object => ('session' in value ? { ...value, session: SESSION } : value);
  return {
    ...message,
    ...('session' in message ? { session: SESSION } : {}),
    ...(Array.isArray(events) ? { events: events.map(named) } : {}),
  };
}

/** The phases in which a message is taken. */
function phasesOf(role: Sender, message: unknown): SessionPhase[] {
  return PHASES.filter((phase) => {
    try {
      admitMessage(sender(role, phase), message, undefined);
      return true;
    } catch {
      return false; // refused
    }
  });
}

describe('a message to the monitor', () => {
  test('of who serves metrics is that the numbers are wanted, and nothing else', () => {
    const collect = { type: 'collect' };
    expect(admitMessage(sender('metrics'), collect, undefined)).toEqual(collect);
    expect(() => admitMessage(sender('metrics', 'unknown', false), collect, undefined)).toThrow(/before it is ready/);
    expect(() => admitMessage(sender('metrics'), { ...collect, session: SESSION }, undefined)).toThrow(
      MessageViolation,
    );
    expect(() => admitMessage(sender('metrics'), collect, 5)).toThrow(/with a descriptor/);
    for (const role of ['gate', 'worker', 'spare'] as const)
      expect(() => admitMessage(sender(role), collect, undefined)).toThrow(MessageViolation);
    for (const message of [...GATE_MESSAGES, ...WORKER_MESSAGES].map(inSession))
      expect(phasesOf('metrics', message)).toEqual([]);
  });

  test('of a client who was turned away comes from the gate, and of a full storage from who serves', () => {
    const turnedAway = { type: 'events', events: [{ type: 'turnedAway', reason: 'ban' }] };
    expect(admitMessage(sender('gate'), turnedAway, undefined)).toEqual(turnedAway);
    expect(() => admitMessage(sender('worker'), turnedAway, undefined)).toThrow(/not from a worker/);
    const strange = { type: 'events', events: [{ type: 'turnedAway', reason: '192.0.2.1' }] };
    expect(() => admitMessage(sender('gate'), strange, undefined)).toThrow(MessageViolation);
    expect(() => tell('worker', 'arrived', { type: 'storageFull' })).toThrow(/the session is arrived/);
    expect(() => tell('worker', 'served', { type: 'storageFull' })).not.toThrow();
    expect(() => tell('gate', 'served', { type: 'storageFull' })).toThrow(/not from a gate/);
  });

  test('of a spare worker is that it is prepared, once, and nothing else', () => {
    const prepared = { type: 'prepared' };
    expect(admitMessage(sender('spare', 'unknown', false), prepared, undefined)).toEqual(prepared);
    expect(() => admitMessage(sender('spare'), prepared, undefined)).toThrow(/said twice/);
    for (const role of ['gate', 'worker'] as const)
      expect(() => admitMessage(sender(role, 'unknown', false), prepared, undefined)).toThrow(MessageViolation);
    expect(() => admitMessage(sender('spare', 'unknown', false), { ...prepared, more: 1 }, undefined)).toThrow(
      MessageViolation,
    );
    for (const message of [{ type: 'ready' }, ...GATE_MESSAGES, ...WORKER_MESSAGES].map(inSession))
      for (const isReady of [false, true])
        for (const phase of PHASES)
          expect(() => admitMessage(sender('spare', phase, isReady), message, undefined)).toThrow(/not from a spare/);
  });

  test('is taken as it is checked, bytes decoded', () => {
    const message = admitMessage(sender('gate', 'arrived'), JUDGE, undefined);
    expect(message).toEqual({ ...JUDGE, password: Buffer.from('secret') });
  });

  test.each<[field: string, value: unknown]>([
    ['session', 1],
    ['session', `${SESSION}0`],
    ['session', 'inetd 0'],
    ['remoteAddress', '192.0.2.1'],
    ['login', 'x'.repeat(128)],
    ['login', null],
    ['password', 'not base64!'],
    ['password', Buffer.alloc(512).toString('base64')],
    ['encrypted', 'yes'],
    ['hostName', 'host'],
    ['more', 1],
  ])('with another %s is refused', (field, value) => {
    expect(() => admitMessage(sender('gate', 'arrived'), { ...JUDGE, [field]: value }, undefined)).toThrow(
      MessageViolation,
    );
  });

  test.each<[field: string, value: unknown]>([
    ['remoteAddress', 'localhost'],
    ['remoteAddress', 'fe80::1%eth0'],
    ['remotePort', 65_536],
    ['remotePort', 1.5],
    ['localPort', -1],
    ['startedAt', 1],
    ['proxy', '127.0.0.1'],
    ['proxy', { address: '127.0.0.1', port: 1 }],
    ['proxy', { address: 'here', port: 1, localAddress: '127.0.0.1' }],
    ['proxy', { address: '127.0.0.1', port: -1, localAddress: '127.0.0.1' }],
    ['proxy', { address: '127.0.0.1', port: 1, localAddress: '127.0.0.1', more: 1 }],
  ])('of who has arrived with another %s is refused', (field, value) => {
    expect(admitMessage(sender('gate'), ARRIVED, undefined)).toEqual(ARRIVED);
    expect(() => admitMessage(sender('gate'), { ...ARRIVED, [field]: value }, undefined)).toThrow(MessageViolation);
  });

  test.each<[field: string, value: unknown]>([
    ['time', 8.64e15 + 1],
    ['startedAt', 1],
    ['number', 1],
    ['bytes', 2 ** 53],
    ['bytes', -1],
    ['milliseconds', 1e15],
    ['path', 'a\0b'],
    ['path', 'a'.repeat(8193)],
    ['user', 'root'],
  ])('of a transfer with another %s is refused: who, and when, is not the worker to say', (field, value) => {
    const transferred = {
      type: 'transferred',
      session: SESSION,
      direction: 'upload',
      path: '/home/alice/file',
      bytes: 1,
      milliseconds: 1,
      transferType: 'binary',
      complete: true,
      code: 226,
      encrypted: false,
    };
    expect(tell('worker', 'served', transferred)).toEqual({ type: 'events', events: [transferred] });
    // What a name can have is in it as it is: the transfer logs make it safe.
    const odd = { ...transferred, path: '/home/alice/\x01\x1b[2J\n\udce9' };
    expect(tell('worker', 'served', odd)).toEqual({ type: 'events', events: [odd] });
    expect(() => tell('worker', 'served', { ...transferred, [field]: value })).toThrow(MessageViolation);
  });

  test('tells what happened only of sessions that are its own, and a gate tells nothing of transfers', () => {
    const line = { type: 'line', byUser: false, level: 'INFO', text: 'said' };
    const progress = { type: 'progress', position: 1 };
    expect(tell('gate', 'served', line)).toBeDefined();
    expect(tell('worker', 'unknown', line)).toBeDefined();
    // It was told late: nobody hears it.
    expect(tell('worker', 'unknown', progress)).toBeDefined();
    expect(() => tell('gate', 'arrived', progress)).toThrow('progress: not from a gate');
    expect(() => tell('worker', 'served', { type: 'loggedIn' })).toThrow('no such event');
    const many = { type: 'events', events: Array.from({ length: 65 }, () => line) };
    expect(() => admitMessage(sender('worker'), many, undefined)).toThrow('a list of at most 64');
    expect([many, { type: 'ready' }, null, { events: 7 }].map(eventsIn)).toEqual([65, 1, 1, 1]);
  });

  test('is only taken in its phase', () => {
    const gone = { type: 'gone', session: SESSION };
    expect(phasesOf('gate', JUDGE)).toEqual(['arrived', 'refused']);
    expect(phasesOf('gate', gone)).toEqual(['arrived', 'judging', 'refused', 'admitted']);
  });

  test('is only taken once its process is ready, which it says once', () => {
    expect(() => admitMessage(sender('gate', 'unknown', false), JUDGE, undefined)).toThrow(/before it is ready/);
    expect(admitMessage(sender('gate', 'unknown', false), { type: 'ready' }, undefined)).toEqual({ type: 'ready' });
    expect(() => admitMessage(sender('gate'), { type: 'ready' }, undefined)).toThrow(/said twice/);
  });

  test('has a descriptor if and only if it must, and that is a socket', () => {
    expect(() => admitMessage(sender('gate'), JUDGE, 0)).toThrow(/with a descriptor/);
    const move = { type: 'move', session: SESSION, state: {}, unread: '' };
    expect(() => admitMessage(sender('gate', 'admitted'), move, undefined)).toThrow(/without its descriptor/);
  });

  test.each([
    ['gate', GATE_MESSAGES],
    ['worker', WORKER_MESSAGES],
  ] as const)('of a %s with any field wrong, missing or too many is refused at every phase', (role, messages) => {
    for (const message of messages) {
      const named = inSession(message);
      const descriptor = named.type === 'move' || named.type === 'back' ? 0 : undefined;
      // What a message is without its descriptor is seen first: here it is its fields that are looked at.
      for (const phase of PHASES) {
        for (const wrong of spoilt(named))
          expect(() => admitMessage(sender(role, phase), wrong, descriptor)).toThrow(MessageViolation);
        if (descriptor === undefined) {
          expect(() => admitMessage(sender(role, phase), named, 0)).toThrow(/with a descriptor/);
        } else expect(() => admitMessage(sender(role, phase), named, undefined)).toThrow(/without its descriptor/);
      }
      if (descriptor !== undefined) continue;
      expect(phasesOf(role, named), named.type).not.toEqual([]);
    }
  });

  test('of whatever making is taken or refused, and nothing else happens', () => {
    const fields = fc.dictionary(
      fc.constantFrom('type', 'session', 'request', 'host', 'port', 'level', 'text', 'user', '__proto__', 'state'),
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string()), fc.object()),
    );
    const types = fc.constantFrom('ready', 'events', 'ended', 'connect', 'reserve', 'back', 'judge', 'constructor');
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fields), types, fc.boolean(), (value, type, hasType) => {
        const raw: unknown =
          hasType && typeof value === 'object' && value !== null ? Object.assign({}, value, { type }) : value;
        for (const role of ['gate', 'worker'] as const) {
          try {
            admitMessage(sender(role, 'served'), raw, undefined);
          } catch (error) {
            expect(error).toBeInstanceOf(MessageViolation);
          }
        }
      }),
    );
  });
});

test('what a process may say of a session that it gives away is this, and no more', () => {
  // The table of the session's fields says it in another place; here is the policy to be read.
  const told = Object.entries(saidChecks(PURE_FTPD_SLOTS)).map(([name, check]) => {
    try {
      check(null, name);
    } catch (error) {
      if (error instanceof MessageViolation) return error.message.replace(' expected', '');
      throw error;
    }
    return `${name}: anything`;
  });
  expect(told).toEqual([
    'timeout: an integer from 0 to 2147483',
    'currentType: a or i',
    'epsvAll: true or false',
    'clientName: at most 8192 characters',
    'language: at most 64 characters',
    'charset: client or utf8',
    'host: at most 8192 characters',
    'hashAlgorithm: SHA-256 or CRC32',
    'protection: clear or private',
    'protectionBufferSet: true or false',
    'facts: a list of at most 32',
    'bytesReceived: an integer from 0 to 9007199254740991',
    'bytesSent: an integer from 0 to 9007199254740991',
    'announced: at most 64 characters',
  ]);
});
