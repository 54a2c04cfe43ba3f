// Behind Debian's haproxy: who clients are comes to the server by the PROXY protocol.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';

import { freePort, peerPath } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { headerV1, headerV2 } from '@pure-ftpd/proxy-protocol';
import { RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { BALANCER, BEHIND, Haproxy } from '../support/haproxy.ts';
import { PlaceServer, type Rights, RIGHTS } from '../support/place-server.ts';
import { runProgram } from '../support/program.ts';
import { ours } from '../support/programs.ts';

const PASSIVE_PORTS = 30;
const LIMIT = 6;

/** How clients go through the balancer. */
const WAYS = ['version 1', 'version 2', 'TLS passed through', 'implicit TLS'] as const;
type Way = (typeof WAYS)[number];

/** A server, and the balancer before it. */
interface Place extends AsyncDisposable {
  readonly server: PlaceServer;
  /** The balancer's port for each way. */
  readonly ports: Readonly<Record<Way, number>>;
  readonly passive: number;
  readonly transferLog: string;
}

async function start(rights: Rights): Promise<Place> {
  for (let attempt = 1; ; attempt += 1) {
    // Below those that the kernel gives to connections.
    const passive = randomInt(12_000, 32_000 - PASSIVE_PORTS);
    const implicit = await freePort();
    const server = await PlaceServer.start(rights, [
      '--proxy-from',
      `${BALANCER}/32`,
      '-p',
      `${passive}:${passive + PASSIVE_PORTS - 1}`,
      '-C',
      String(LIMIT),
      '--announce-rule',
      'client=127.1.0.70,192.0.2.70',
      // What the client knows is an address of the balancer; a name is looked up.
      '--announce-rule',
      'client=127.1.0.71,local=127.0.0.1,localhost',
      '-P',
      '127.0.0.1',
      '--implicit-tls',
      String(implicit),
      '-O',
      'clf:/run/transfers.log',
    ]);
    const [first, second] = [await freePort(), await freePort()];
    const implicitFront = await freePort();
    try {
      const haproxy = await Haproxy.start([
        { bind: String(first), port: server.port, sends: 'send-proxy' },
        { bind: String(second), port: server.port, sends: 'send-proxy-v2 proxy-v2-options crc32c,unique-id' },
        { bind: String(implicitFront), port: implicit, sends: 'send-proxy-v2' },
        { bind: `${passive}-${passive + PASSIVE_PORTS - 1}`, sends: 'send-proxy-v2' },
      ]);
      return {
        server,
        ports: { 'version 1': first, 'version 2': second, 'TLS passed through': second, 'implicit TLS': implicitFront },
        passive,
        transferLog: '/run/transfers.log',
        async [Symbol.asyncDispose]() {
          await haproxy[Symbol.asyncDispose]();
          await server[Symbol.asyncDispose]();
        },
      };
    } catch (error) {
      await server[Symbol.asyncDispose]();
      if (attempt === 3) throw error;
    }
  }
}

/** Uploads and downloads with curl from an address. */
async function visit(place: Place, way: Way, address: string, name: string, source: string): Promise<string> {
  const scheme = way === 'implicit TLS' ? 'ftps' : 'ftp';
  const url = `${scheme}://alice:secret@127.0.0.1:${place.ports[way]}/${name}`;
  const tls = way.includes('TLS') ? ['--ssl-reqd', '-k'] : [];
  const common = ['-sS', '--interface', address, '--max-time', '60', ...tls];
  const up = await runProgram(peerPath('curl'), [...common, '-T', source, url]);
  const down = await runProgram(peerPath('curl'), [...common, url]);
  return `${up.stderr}${down.stderr}${down.stdout}`;
}

/** A connection to the server itself, past the balancer. */
async function straight(port: number, from: string): Promise<Socket> {
  const socket = connect({ port, host: BEHIND, localAddress: from });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

describeWith(['root', 'haproxy', 'curl'], 'behind haproxy (--proxy-from)', () => {
  describe.each(soak<readonly Rights[]>(['workers'], RIGHTS))('as %s', (rights) => {
    let place: Place;
    beforeAll(async () => {
      place = await start(rights);
    });
    afterAll(() => place[Symbol.asyncDispose]());

    test(`${soak(8, 100)} clients from ${soak(4, 20)} addresses are who they are in the logs, whichever way they come`, async () => {
      const { server } = place;
      const source = join(server.folder.path, 'content');
      writeFileSync(source, 'what is sent');
      const clients = Array.from({ length: soak(8, 100) }, (_, index) => ({
        address: `127.1.0.${(index % soak(4, 20)) + 1}`,
        // Each address comes by all ways.
        way: WAYS[(index + Math.floor(index / soak(4, 20))) % WAYS.length] ?? 'version 1',
        name: `file${index}`,
      }));
      const answers: string[] = [];
      // Few at a time: each is a process.
      const left = clients.entries();
      await Promise.all(
        Array.from({ length: 4 }, async () => {
          for (const [index, { address, way, name }] of left)
            answers[index] = await visit(place, way, address, name, source);
        }),
      );
      expect(answers.filter((answer) => answer !== 'what is sent')).toEqual([]);
      const transfers = await server.place.shell(`cat ${place.transferLog}`);
      for (const { address, name } of clients) {
        expect(
          transfers.split('\n').filter((line) => line.includes(`/${name}"`) || line.includes(`/${name} `)),
        ).toEqual([expect.stringMatching(`^${address} - alice `), expect.stringMatching(`^${address} - alice `)]);
        expect(server.output).toContain(`(alice@${address}) [NOTICE] ${server.home}//${name} uploaded`);
        expect(server.output).toContain(`(?@${address}) [INFO] New connection from ${address}`);
      }
      expect(server.output).not.toContain(BALANCER);
    });

    test('the scoreboard has the client, and the limit of an address is his', async () => {
      const { server, ports } = place;
      const sessions: RawClient[] = [];
      try {
        for (let index = 0; index < LIMIT; index += 1) {
          const client = await RawClient.connect(ports['version 2'], '127.0.0.1', '127.1.0.50');
          sessions.push(client);
          expect((await client.reply()).code).toBe(220);
        }
        const one = await RawClient.connect(ports['version 1'], '127.0.0.1', '127.1.0.50');
        expect((await one.reply()).code).toBe(421);
        const other = await RawClient.connect(ports['version 1'], '127.0.0.1', '127.1.0.51');
        sessions.push(other);
        expect((await other.reply()).code).toBe(220);
        await other.command('USER bob');
        expect((await other.command('PASS secret')).code).toBe(230);
        const { stdout } = await server.place.run([ours.program('pure-ftpwho'), '-s', '-n']);
        const shown = stdout.split('\n').slice(0, -1);
        expect(shown.filter((line) => line.includes('|bob|'))).toEqual([
          expect.stringContaining('|127.1.0.51|127.0.0.1|'),
        ]);
      } finally {
        for (const client of sessions) client.close();
      }
    });

    test('PASV names the address that the client knows, or that of a rule (--announce-rule)', async () => {
      const addresses = ['127.1.0.60', '127.1.0.70', '127.1.0.71'].map(async (address) => {
        const client = await RawClient.connect(place.ports['version 1'], '127.0.0.1', address);
        await client.reply();
        await client.command('USER alice');
        await client.command('PASS secret');
        const { text } = await client.command('PASV');
        client.close();
        return /\((\d+,\d+,\d+,\d+),/.exec(text)?.[1];
      });
      expect(await Promise.all(addresses)).toEqual(['127,0,0,1', '192,0,2,70', '127,0,0,1']);
    });

    test('headers from elsewhere are commands that nobody knows', async () => {
      const stranger = RawClient.over(await straight(place.server.port, '127.0.0.7'));
      expect((await stranger.reply()).code).toBe(220);
      const ends = { source: { address: '192.0.2.1', port: 1 }, destination: { address: '192.0.2.2', port: 2 } };
      stranger.send(headerV1(ends).toString());
      expect((await stranger.reply()).code).toBe(530);
      stranger.close();
      expect(place.server.output).not.toContain('192.0.2.1');
    });

    test('the balancer has to say who it brings, in 3 seconds, also on data connections', async () => {
      const { server, ports } = place;
      const client = await RawClient.connect(ports['version 1'], '127.0.0.1', '127.1.0.61');
      await client.reply();
      await client.command('USER alice');
      await client.command('PASS secret');
      const port = Number(/\|\|\|(\d+)\|/.exec((await client.command('EPSV')).text)?.[1]);
      const said = (reason: string): number => server.output.split(`of [${BALANCER}] is closed: ${reason}`).length - 1;
      const silent = [await straight(server.port, BALANCER), await straight(port, BALANCER)];
      for (const socket of silent) socket.write('PROXY TCP4 ');
      const wrong = await straight(server.port, BALANCER);
      wrong.write('USER alice\r\n');
      await Promise.all([...silent, wrong].map((socket) => once(socket.resume(), 'close')));
      await untilTrue(
        'all are told',
        () => said('no whole header within 3 seconds') === 2 && said('what came is no header') === 1,
      );
      // The port is its owner's still: by way of the balancer with what comes at once behind its header, and straight.
      const data = await straight(port, BALANCER);
      const destination = { address: '127.0.0.1', port };
      data.end(
        Buffer.concat([headerV2({ source: { address: '127.1.0.61', port: 5 }, destination }), Buffer.from('at once')]),
      );
      await once(data, 'finish');
      client.send('STOR early\r\n');
      expect([(await client.reply()).code, (await client.reply()).code]).toEqual([150, 226]);
      expect(readFileSync(join(server.home, 'early'), 'utf8')).toBe('at once');
      client.close();
    });
  });
});
