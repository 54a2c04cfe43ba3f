import { closeSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  isSocketpairAvailable,
  notifyServiceManager,
  sendUnixDatagram,
  socketpair,
  takePassedSockets,
} from './index.ts';
import { nativeFunction } from './native.ts';
import { runJson } from './testing.ts';

const socket = nativeFunction<[number, number, number], number>('socket', 'int', ['int', 'int', 'int']);
const bind = nativeFunction<[number, Buffer, number], number>('bind', 'int', ['int', 'void *', 'uint32_t']);
const recv = nativeFunction<[number, Buffer, number, number], number>('recv', 'long', [
  'int',
  'void *',
  'size_t',
  'int',
]);
const MSG_DONTWAIT = 0x40;

/** A datagram socket with a name. */
class Receiver {
  readonly fd: number;

  constructor(name: string) {
    this.fd = socket()(1, 2, 0);
    const path = Buffer.from(name.startsWith('@') ? name.replace('@', '\0') : name);
    const address = Buffer.concat([Buffer.from([1, 0]), path]);
    if (bind()(this.fd, address, address.length) !== 0) throw new Error(`cannot bind ${name}`);
  }

  receive(): string | undefined {
    const buffer = Buffer.alloc(4096);
    const length = recv()(this.fd, buffer, buffer.length, MSG_DONTWAIT);
    return length < 0 ? undefined : buffer.toString('utf8', 0, length);
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}

describe.skipIf(!isSocketpairAvailable())('sockets', () => {
  let folder = '';
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'posix-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('of a pair are connected, and not inherited', async () => {
    const [first, second] = socketpair();
    for (const fd of [first, second])
      expect(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')).toMatch(/^flags:\s*0?2[0-7]{6}$/m);
    const [one, other] = [new Socket({ fd: first }), new Socket({ fd: second })];
    one.write('hello');
    expect(String(await once(other, 'data'))).toBe('hello');
    other.end('bye');
    expect(String(await once(one, 'data'))).toBe('bye');
    one.destroy();
    other.destroy();
  });

  it.each([
    ['a path', () => join(folder, 'socket')],
    ['an abstract name', () => `@pure-ftpd-test-${process.pid}`],
  ])('get datagrams by %s', (_, name) => {
    using receiver = new Receiver(name());
    expect(notifyServiceManager(['READY=1', 'STATUS=a\nb'], { NOTIFY_SOCKET: name() })).toBe(true);
    expect(receiver.receive()).toBe('READY=1\nSTATUS=a b');
    expect(receiver.receive()).toBeUndefined();
  });

  it('that are not there are said', () => {
    expect(() => sendUnixDatagram(join(folder, 'none'), Buffer.from('x'))).toThrow(
      expect.objectContaining({ code: 'ENOENT', syscall: 'sendto' }),
    );
    for (const name of ['', 'a\0b', `/${'x'.repeat(200)}`])
      expect(() => sendUnixDatagram(name, Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('that do not keep up are not waited for', () => {
    const name = join(folder, 'full');
    using receiver = new Receiver(name);
    const fill = (): void => {
      for (let count = 0; count < 100_000; count += 1) sendUnixDatagram(name, Buffer.from('x'));
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'EAGAIN' }));
    expect(receiver.receive()).toBe('x');
  });

  it('of a service manager are nobody’s when there is none', () => {
    expect(notifyServiceManager(['READY=1'], {})).toBe(false);
    expect(notifyServiceManager(['READY=1'], { NOTIFY_SOCKET: 'vsock:2:1' })).toBe(false);
  });
});

/** What a process finds that is told of two sockets for the process `pid`, and what is left in its environment. */
const passed = (pid: string): unknown =>
  runJson(
    `process.env.LISTEN_PID = ${pid}; process.env.LISTEN_FDS = '2'; process.env.LISTEN_FDNAMES = 'control:';`,
    'const found = posix.takePassedSockets();',
    'console.log(JSON.stringify([found, Object.keys(process.env).filter((name) => name.startsWith("LISTEN_"))]));',
  );

describe.skipIf(!isSocketpairAvailable())('sockets passed at the start', () => {
  it('are for the process they are meant for, and for no child', () => {
    expect(passed('String(process.pid)')).toEqual([
      [
        { fd: 3, name: 'control' },
        { fd: 4, name: '' },
      ],
      [],
    ]);
    expect(passed('String(process.pid + 1)')).toEqual([[], []]);
  });

  it('are none without the variables, or with nonsense in them', () => {
    const own = String(process.pid);
    expect(takePassedSockets({})).toEqual([]);
    for (const count of ['', '-1', '1e3', '0x3', '9999', '99999', 'all'])
      expect(takePassedSockets({ LISTEN_PID: own, LISTEN_FDS: count })).toEqual([]);
  });
});
