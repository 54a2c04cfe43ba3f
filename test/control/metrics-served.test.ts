// Where the metrics of a server are served, how, and by whom.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';

import { freePort, tempFolder } from '@pure-ftpd/peers';
import { untilTrue } from '@pure-ftpd/testing';
import { makeCertificate } from '@pure-ftpd/x509';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { Daemon } from '../support/daemon.ts';
import { onlyProcess } from '../support/processes.ts';
import { isSeparated } from '../support/rights.ts';
import { samples, scrape, untilAnswering } from '../support/scrape.ts';

/** A group that every Debian has; only root can give files to it. */
const GROUP = process.getuid?.() === 0 ? ['--control-group', 'mail'] : [];

interface Watched {
  readonly daemon: Daemon;
  readonly port: number;
}

/** A daemon for all tests that leave it as it is. */
let watched: Watched | undefined;

beforeAll(async () => {
  const port = await freePort();
  const daemon = await Daemon.start({ args: ['--metrics', `${port}`] });
  watched = { daemon, port };
  await untilAnswering(port);
});
afterAll(() => watched?.daemon[Symbol.asyncDispose]());

function here(): Watched {
  if (watched === undefined) throw new Error('the daemon has not been started');
  return watched;
}

describe('the process', () => {
  test('a server that does not answer is not healthy', async () => {
    const { daemon, port } = here();
    process.kill(daemon.pid, 'SIGSTOP');
    try {
      // What was read just before is as good as new for a moment.
      await untilTrue('503', async () => {
        const answers = await Promise.all(['/healthz', '/readyz', '/metrics'].map((path) => scrape(port, path)));
        return answers.every(({ status }) => status === 503);
      });
    } finally {
      process.kill(daemon.pid, 'SIGCONT');
    }
    await untilAnswering(port);
    expect((await scrape(port, '/healthz')).body).toBe('ok\n');
  });

  test('the one of metrics has no rights', () => {
    const { daemon } = here();
    const pid = onlyProcess(daemon.pid, 'METRICS');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).not.toMatch(/^Uid:.*\t0\b/m);
    if (isSeparated) expect(readlinkSync(`/proc/${pid}/root`)).toMatch(/\(deleted\)$/);
  });
});

describe('HTTP', () => {
  test('three paths, and two methods', async () => {
    const { port } = here();
    expect(await scrape(port, '/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
    expect(await scrape(port, '/readyz?verbose')).toMatchObject({ status: 200, body: 'ready\n' });
    expect((await scrape(port, '/')).status).toBe(404);
    expect((await scrape(port, '/../metrics')).status).toBe(404);
    expect((await scrape(port, '/metrics', { method: 'POST' })).status).toBe(405);
    const head = await scrape(port, '/metrics', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '', type: 'text/plain; version=0.0.4; charset=utf-8' });
  });

  test.concurrent('a long head is refused', async () => {
    const { port } = here();
    expect((await scrape(port, '/metrics', { headers: { 'X-Long': 'x'.repeat(10_000) } })).status).toBe(431);
  });

  test.concurrent('half a request is closed', async () => {
    const socket = connect({ port: here().port, host: '127.0.0.1' });
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n');
    await once(socket.resume(), 'close');
    expect(socket.destroyed).toBe(true);
  });

  test.concurrent('so many connections, and no more', async () => {
    const { port } = here();
    const open = new Set<object>();
    const sockets = Array.from({ length: 60 }, () => {
      const socket = connect({ port, host: '127.0.0.1' });
      open.add(socket);
      socket.on('error', () => undefined).on('close', () => open.delete(socket));
      return socket.resume();
    });
    await untilTrue('some are closed', () => open.size <= 32);
    for (const socket of sockets) socket.destroy();
    await untilAnswering(port);
    expect((await scrape(port, '/healthz')).status).toBe(200);
  });
});

describe('where it is served', () => {
  test('--metrics unix:PATH serves on a socket of the group, which goes with the server; with TLS the end of the certificate is told', async () => {
    const folder = tempFolder();
    onTestFinished(() => folder.remove());
    const path = folder.file('metrics');
    const pem = folder.file('server.pem');
    const { certificate, key } = makeCertificate({ names: ['localhost'] });
    writeFileSync(pem, certificate + key, { mode: 0o600 });
    {
      await using daemon = await Daemon.start({ args: ['--metrics', `unix:${path}`, '-Y', '1', '-2', pem, ...GROUP] });
      await untilAnswering(path);
      const { mode, gid } = statSync(path);
      expect(mode & 0o777).toBe(0o660);
      if (GROUP.length > 0) expect(gid).toBe(8);
      const end = (await samples(path)).get('pure_ftpd_certificate_expiry_timestamp_seconds');
      expect(end).toBe(Date.parse(new X509Certificate(certificate).validTo) / 1000);
      expect(daemon.output).toContain(`metrics on ${path}`);
    }
    await untilTrue('nobody listens', () =>
      scrape(path).then(
        () => false,
        () => true,
      ),
    );
    // Who has given up root leaves the name in a folder of root: the next server sees that nobody listens.
    if (isSeparated) expect(existsSync(path)).toBe(false);
  });

  test('a place that cannot be had ends the start', async () => {
    await expect(Daemon.start({ args: ['--metrics', 'unix:/nonexistent/metrics'] })).rejects.toThrow(
      /--metrics: \/nonexistent\/metrics: No such file or directory/,
    );
  });
});
