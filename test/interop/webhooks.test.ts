// Uploads to our server, posted to receivers: docs/uploads.md.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';

import { describeWith } from '@pure-ftpd/peers/vitest';
import { untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { servedAs } from '../support/daemon.ts';
import { PlaceServer, RIGHTS } from '../support/place-server.ts';

const SECRET = 'a secret of more than sixteen bytes';

interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers each request with the next status, and then with the last of them. */
class Receiver implements AsyncDisposable {
  readonly heard: Heard[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(...statuses: number[]): Promise<Receiver> {
    const server = createServer((request, response) => {
      void (async () => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        receiver.heard.push({ headers: request.headers, body });
        const status = statuses.length > 1 ? statuses.shift() : statuses[0];
        response.writeHead(status ?? 204, { location: `${receiver.url}elsewhere` }).end();
      })();
    });
    const receiver = new Receiver(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
  }

  get paths(): unknown[] {
    return this.heard.map(({ body }) => JSON.parse(body).path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function isRight({ headers, body }: Heard): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': said } = headers;
  return (
    said ===
    `v1,${createHmac('sha256', SECRET)
      .update(`${String(id)}.${String(time)}.${body}`)
      .digest('base64')}`
  );
}

describe.each(RIGHTS)('our server with %s', (rights) => {
  function start(...receivers: Receiver[]): Promise<PlaceServer> {
    return PlaceServer.start(rights, (folder) => {
      writeFileSync(folder.file('secret'), `${SECRET}\n`, { mode: 0o600 });
      const hooks = receivers.flatMap(({ url }) => ['--webhook', url]);
      return ['--upload-journal', folder.file('journal'), '--webhook-secret-file', folder.file('secret'), ...hooks];
    });
  }

  describeWith(['root'], 'with --webhook and --webhook-secret-file', () => {
    test('posts each upload, signed, from a process without rights, and does not follow redirects', async () => {
      await using receiver = await Receiver.start(307, 500, 204);
      await using other = await Receiver.start(204);
      await using at = await start(receiver, other);
      const client = await at.login('alice');
      expect((await client.transmit('STOR first\xff', 'content')).code).toBe(226);
      await untilTrue('it is taken', () => receiver.heard.length === 3 && other.heard.length === 1);
      const [heard] = other.heard;
      const { uid, gid } = servedAs();
      expect(heard && JSON.parse(heard.body)).toMatchObject({
        path: `${at.home}/first\ufffd`,
        pathBase64: Buffer.from(`${at.home}/first\xff`, 'latin1').toString('base64'),
        vuser: 'alice',
        size: 7,
        perms: '644',
        uid,
        gid,
        user: null,
      });
      for (const each of [...receiver.heard, ...other.heard]) expect(isRight(each)).toBe(true);
      expect(new Set(receiver.heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      const [pid] = await at.pids('WEBHOOKS');
      expect(await at.place.shell(`grep -E '^(Uid|CapEff|CapPrm):' /proc/${pid}/status`)).toMatch(
        /^Uid:\s+([1-9]\d*)\s+\1\s+\1\s+\1\nCapPrm:\s+0+\nCapEff:\s+0+\n$/,
      );
      expect(
        await at.place.shell(`tr '\\0' '\\n' < /proc/${pid}/environ; tr '\\0' ' ' < /proc/${pid}/cmdline`),
      ).not.toContain(SECRET);
      expect(at.output).not.toContain(SECRET);
      // Killed, it is started again, and goes on.
      await at.kill('WEBHOOKS');
      await client.transmit('STOR second', 'x');
      await untilTrue('it goes on', () => other.paths.includes(`${at.home}/second`));
    });

    test('goes on after a restart with what was not taken', async () => {
      const receiver = await Receiver.start(503);
      await using at = await start(receiver);
      const client = await at.login('alice');
      for (const name of ['a', 'b', 'a']) await client.transmit(`STOR ${name}`, 'x');
      await untilTrue('it was tried', () => receiver.heard.length > 1);
      expect(await at.stop()).toBe(0);
      const tried = receiver.heard.length;
      await at.start();
      await untilTrue('it is tried again', () => receiver.heard.length > tried + 1);
      expect(new Set(receiver.paths.slice(tried, tried + 2))).toEqual(new Set([`${at.home}/a`, `${at.home}/b`]));
      await receiver[Symbol.asyncDispose]();
    });
  });
});

describeWith(['root'], 'our server', () => {
  test('does not start with a --webhook-secret-file that others may read, or without one', async () => {
    await using at = await PlaceServer.start('one process');
    const [journal, secret] = [at.folder.file('journal'), at.folder.file('secret')];
    writeFileSync(secret, SECRET);
    chmodSync(secret, 0o644);
    const hook = ['--webhook', 'https://hooks.example/'];
    for (const [words, line] of [
      [hook, '--webhook needs --upload-journal'],
      [[...hook, '--upload-journal', journal], '--webhook needs --webhook-secret-file'],
      [
        [...hook, '--upload-journal', journal, '--webhook-secret-file', secret],
        `--webhook-secret-file: ${secret}: others may read it (chmod 600)`,
      ],
    ] as const) {
      const { status, output } = await at.fails(words);
      expect([status, output]).toEqual([252, `pure-ftpd: ${line}\n`]);
    }
  });
});
