import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { openDescriptors, untilTrue } from '@pure-ftpd/testing';
import { afterEach, describe, expect, test } from 'vitest';

import { ANY_PEER, PassivePorts } from './passive-ports.ts';

const never = new AbortController().signal;
const opened: PassivePorts[] = [];
const sockets: Socket[] = [];

function passivePorts(...args: ConstructorParameters<typeof PassivePorts>): PassivePorts {
  const ports = new PassivePorts(...args);
  opened.push(ports);
  return ports;
}

async function connectTo(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const ports of opened.splice(0)) ports.close();
});

describe('passive ports', () => {
  test('one port serves clients with different addresses, each with its own connection', async () => {
    const free = passivePorts();
    const { port } = await free.reserve('127.0.0.1', '127.0.0.9');
    free.close();
    const ports = passivePorts([port, port]);
    const first = await ports.reserve('127.0.0.1', '127.0.0.1');
    const second = await ports.reserve('127.0.0.1', '127.0.0.2');
    expect([first.port, second.port]).toEqual([port, port]);
    await expect(ports.reserve('127.0.0.1', '127.0.0.2')).rejects.toThrow('No port is free');
    const fromSecond = await connectTo(port, '127.0.0.2');
    const fromFirst = await connectTo(port, '127.0.0.1');
    expect((await first.connection(5, never)).socket.remotePort).toBe(fromFirst.localPort);
    expect((await second.connection(5, never)).socket.remotePort).toBe(fromSecond.localPort);
  });

  test('a connection from elsewhere is dropped, and the port stays its owner’s', async () => {
    const ports = passivePorts();
    const reservation = await ports.reserve('127.0.0.1', '127.0.0.1');
    const thief = await connectTo(reservation.port, '127.0.0.3');
    await once(thief, 'close');
    const owner = await connectTo(reservation.port);
    expect((await reservation.connection(5, never)).socket.remotePort).toBe(owner.localPort);
  });

  test('ten thousand reservations in a row hold a handful of sockets, and not always the same port', async () => {
    const ports = passivePorts();
    const before = openDescriptors();
    const seen = new Set<number>();
    for (let count = 0; count < 10_000; count += 1) {
      const reservation = await ports.reserve('127.0.0.1', '127.0.0.1');
      seen.add(reservation.port);
      reservation.release();
    }
    expect(ports.listening).toBeLessThanOrEqual(8);
    // Whatever else the process opens meanwhile: not thousands.
    expect(openDescriptors() - before).toBeLessThanOrEqual(16);
    expect(seen.size).toBeGreaterThan(1);
  });

  test('sessions of one address at the same time get a port each', async () => {
    const ports = passivePorts();
    const reservations = await Promise.all(Array.from({ length: 200 }, () => ports.reserve('127.0.0.1', '127.0.0.1')));
    expect(new Set(reservations.map(({ port }) => port)).size).toBe(200);
    for (const reservation of reservations) reservation.release();
    await untilTrue('most listeners are closed again', () => ports.listening <= 64);
  });

  test('waiting ends with the time, the signal, or the release', async () => {
    const ports = passivePorts();
    const late = await ports.reserve('127.0.0.1', '127.0.0.1');
    await expect(late.connection(0.05, never)).rejects.toThrow('Nobody connected in time');
    const abort = new AbortController();
    const aborted = late.connection(5, abort.signal);
    abort.abort();
    await expect(aborted).rejects.toThrow('aborted');
    const released = late.connection(5, never);
    late.release();
    await expect(released).rejects.toThrow('closed');
  });

  test('where any peer is allowed, the port is shared with nobody', async () => {
    const ports = passivePorts();
    const any = await ports.reserve('127.0.0.1', ANY_PEER);
    const other = await ports.reserve('127.0.0.1', '127.0.0.1');
    expect(other.port).not.toBe(any.port);
    await connectTo(any.port, '127.0.0.7');
    expect((await any.connection(5, never)).socket.remoteAddress).toContain('127.0.0.7');
  });

  test('a second connection to one reservation is dropped', async () => {
    const ports = passivePorts();
    const reservation = await ports.reserve('127.0.0.1', '127.0.0.1');
    const first = await connectTo(reservation.port);
    await untilTrue('the first has arrived', () => reservation.connected);
    await once(await connectTo(reservation.port), 'close');
    expect((await reservation.connection(5, never)).socket.remotePort).toBe(first.localPort);
  });

  test('clients who have gone before they are accepted leave nothing open, and the port stays its owner’s', async () => {
    const ports = passivePorts();
    const reservation = await ports.reserve('127.0.0.1', '127.0.0.1');
    const before = openDescriptors();
    for (let count = 0; count < 50; count += 1) {
      const socket = connect({ port: reservation.port, host: '127.0.0.1', localAddress: '127.0.0.3' });
      socket.on('error', () => undefined);
      socket.on('connect', () => socket.resetAndDestroy());
      await once(socket, 'close');
    }
    await untilTrue('all are closed', () => openDescriptors() <= before);
    expect(reservation.connected).toBe(false);
    const owner = await connectTo(reservation.port);
    expect((await reservation.connection(5, never)).socket.remotePort).toBe(owner.localPort);
  });
});
