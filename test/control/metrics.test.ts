// The metrics of a running server: what it says when things happen, and to whom.
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ControlClient } from '@pure-ftpd/control';
import { freePort, peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Daemon, LOGIN } from '../support/daemon.ts';
import { processesOf } from '../support/processes.ts';
import { isSeparated } from '../support/rights.ts';
import { type MetricsPlace, samples, scrape, untilAnswering } from '../support/scrape.ts';

interface Watched {
  readonly folder: TempFolder;
  readonly daemon: Daemon;
  readonly port: number;
}

let watched: Watched | undefined;

beforeAll(async () => {
  const folder = tempFolder();
  chmodSync(folder.path, 0o755);
  const port = await freePort();
  // Nobody takes what is posted.
  writeFileSync(folder.file('secret'), 'x'.repeat(32), { mode: 0o600 });
  const hook = ['--webhook', `http://127.0.0.1:${await freePort()}/`, '--webhook-secret-file', folder.file('secret')];
  const journal = ['--upload-journal', folder.file('journal'), ...hook];
  const daemon = await Daemon.start({
    // 100 files, 1 MB; 4 connections of one address; bans of others alone.
    args: [
      '--metrics',
      `${port}`,
      '--control',
      folder.file('control'),
      '-n',
      '100:1',
      '-C',
      '4',
      ...PENALTIES,
      ...journal,
    ],
  });
  watched = { folder, daemon, port };
  await untilAnswering(port);
});
afterAll(async () => {
  await watched?.daemon[Symbol.asyncDispose]();
  watched?.folder.remove();
});

const PENALTIES = ['--penalties', 'yes', '--penalty-exempt', '127.0.0.1'];

function here(): Watched {
  if (watched === undefined) throw new Error('the daemon has not been started');
  return watched;
}

/** Waits until these samples have grown by so much, or are so much more, since they were read before. */
async function untilMore(
  place: MetricsPlace,
  before: ReadonlyMap<string, number>,
  more: Readonly<Record<string, number>>,
): Promise<void> {
  let now: Record<string, number> = {};
  try {
    await untilTrue('the numbers are right', async () => {
      const read = await samples(place);
      now = Object.fromEntries(
        Object.keys(more).map((name) => [name, (read.get(name) ?? 0) - (before.get(name) ?? 0)]),
      );
      return Object.entries(more).every(([name, value]) => now[name] === value);
    });
  } catch (error) {
    expect(now).toEqual(more);
    throw error;
  }
}

describe('what is counted', () => {
  test('sessions and logins', async () => {
    const { daemon, port } = here();
    await untilTrue('nobody is there', async () => (await samples(port)).get('pure_ftpd_sessions{state="idle"}') === 0);
    const before = await samples(port);
    const client = await daemon.login();
    await untilMore(port, before, {
      pure_ftpd_sessions_begun_total: 1,
      'pure_ftpd_sessions{state="idle"}': 1,
      'pure_ftpd_logins_total{method="puredb",verdict="admitted"}': 1,
      'pure_ftpd_login_duration_seconds_count{method="puredb"}': 1,
    });
    client.close();
    // Each waits for its answer, as guessers do.
    const guessers = await Promise.all(
      [LOGIN, 'nobody-here'].map(async (login) => {
        const guesser = await daemon.connect();
        await guesser.command(`USER ${login}`);
        await guesser.command('PASS wrong');
        return guesser;
      }),
    );
    await untilMore(port, before, {
      pure_ftpd_sessions_begun_total: 3,
      'pure_ftpd_sessions{state="login"}': 2,
      'pure_ftpd_sessions{state="idle"}': 0,
      'pure_ftpd_logins_total{method="puredb",verdict="refused"}': 1,
      'pure_ftpd_logins_total{method="none",verdict="unknown"}': 1,
      'pure_ftpd_login_duration_seconds_count{method="puredb"}': 2,
      pure_ftpd_session_duration_seconds_count: 1,
    });
    for (const guesser of guessers) guesser.send('GET / HTTP/1.0\r\n');
    await Promise.all(guessers.map((guesser) => guesser.end()));
    await untilMore(port, before, { pure_ftpd_violations_total: 2, 'pure_ftpd_sessions{state="login"}': 0 });
    expect((await samples(port)).get('pure_ftpd_sessions_limit')).toBe(2000);
  });

  test('transfers, and what there is no room for', async () => {
    const { daemon, port } = here();
    const before = await samples(port);
    const client = await daemon.login();
    expect((await client.transmit('STOR a', Buffer.alloc(12_345))).code).toBe(226);
    expect((await client.receive('RETR a')).reply.code).toBe(226);
    expect((await client.receive('RETR a')).reply.code).toBe(226);
    expect((await client.transmit('STOR large', Buffer.alloc(2 * 1024 * 1024))).code).toBe(552);
    await untilMore(port, before, {
      'pure_ftpd_transfers_total{direction="upload",result="complete"}': 1,
      'pure_ftpd_transfers_total{direction="download",result="complete"}': 2,
      'pure_ftpd_transferred_bytes_total{direction="upload"}': 12_345,
      'pure_ftpd_transferred_bytes_total{direction="download"}': 24_690,
      'pure_ftpd_transfer_duration_seconds_count{direction="download"}': 2,
      pure_ftpd_storage_refusals_total: 1,
      pure_ftpd_upload_journal_unread: 1,
    });
    const data = await client.passive();
    client.send('STOR slow\r\n');
    await client.reply();
    data.write(Buffer.alloc(1000));
    await untilMore(port, before, { 'pure_ftpd_sessions{state="upload"}': 1 });
    data.resetAndDestroy();
    await client.reply();
    await untilMore(port, before, {
      'pure_ftpd_transfers_total{direction="upload",result="incomplete"}': 1,
      'pure_ftpd_sessions{state="upload"}': 0,
    });
    client.close();
  });

  test('who is turned away, and bans', async () => {
    const { daemon, port, folder } = here();
    await using control = await ControlClient.connect(folder.file('control'));
    const before = await samples(port);
    const clients = await Promise.all([1, 2, 3, 4].map(() => daemon.connect()));
    const fifth = await RawClient.connect(daemon.port);
    expect(await fifth.end()).toMatch(/^421 /);
    await control.ask({ type: 'ban', network: '127.0.0.2' });
    await untilMore(port, before, {
      'pure_ftpd_refused_connections_total{reason="address"}': 1,
      pure_ftpd_bans: 1,
    });
    for (const client of clients) client.close();
    await untilTrue('the ban holds', async () => {
      const banned = await RawClient.connect(daemon.port, '127.0.0.1', '127.0.0.2');
      await banned.end();
      return ((await samples(port)).get('pure_ftpd_refused_connections_total{reason="ban"}') ?? 0) > 0;
    });
    await control.ask({ type: 'unban', network: '127.0.0.2' });
    await untilMore(port, before, { pure_ftpd_bans: 0, 'pure_ftpd_sessions{state="login"}': 0 });
  });

  test('a reload, and processes', async () => {
    const { port, folder } = here();
    await using control = await ControlClient.connect(folder.file('control'));
    expect((await samples(port)).has('pure_ftpd_last_reload_timestamp_seconds')).toBe(false);
    const asked = Date.now() / 1000;
    await control.ask({ type: 'reload' });
    let after = await samples(port);
    await untilTrue('it is told', async () => {
      after = await samples(port);
      return after.has('pure_ftpd_last_reload_timestamp_seconds');
    });
    expect(after.get('pure_ftpd_last_reload_timestamp_seconds')).toBeGreaterThanOrEqual(asked - 1);
    expect(after.get('pure_ftpd_configurations')).toBeGreaterThanOrEqual(1);
    expect(after.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(after.get('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(after.get('process_start_time_seconds')).toBeLessThanOrEqual(asked);
    await untilTrue('the lag is measured', async () => {
      return ((await samples(port)).get('pure_ftpd_event_loop_lag_seconds_count') ?? 0) > 1;
    });
  });

  test('sessions after a reload', async () => {
    const { daemon, port, folder } = here();
    await using control = await ControlClient.connect(folder.file('control'));
    await control.ask({ type: 'reload' });
    const before = await samples(port);
    const client = await daemon.login();
    expect((await client.receive('NLST')).reply.code).toBe(226);
    await untilMore(port, before, {
      'pure_ftpd_logins_total{method="puredb",verdict="admitted"}': 1,
      'pure_ftpd_sessions{state="idle"}': 1,
    });
    client.close();
    await untilMore(port, before, { 'pure_ftpd_sessions{state="idle"}': 0 });
  });

  test('no user, no address and no file is in it', async () => {
    const { body } = await scrape(here().port);
    for (const name of [LOGIN, 'nobody-here', '127.0.0', 'slow', 'large']) expect(body).not.toContain(`"${name}`);
  });
});

/** What may crash, and is started again. */
const PROCESSES = isSeparated ? ['worker', 'gate', 'metrics', 'webhooks'] : ['metrics', 'webhooks'];

test.each(PROCESSES)('a %s that has ended is counted, and nothing is lost', async (name) => {
  const { daemon, port } = here();
  const client = await daemon.login();
  await untilTrue(
    'who is there is served',
    async () => (await samples(port)).get('pure_ftpd_sessions{state="idle"}') === 1,
  );
  const before = await samples(port);
  expect(before.get('pure_ftpd_workers')).toBe(processesOf(daemon.pid, 'WORKER').length);
  const killed = processesOf(daemon.pid, name.toUpperCase());
  expect(killed.length).toBeGreaterThan(0);
  for (const pid of killed) process.kill(pid, 'SIGKILL');
  client.close();
  // Somebody may still be given to who has just been killed.
  await untilTrue('another one serves', () =>
    daemon.login().then(
      (next) => next.command('QUIT').then(() => true),
      () => false,
    ),
  );
  await untilAnswering(port);
  await untilMore(port, before, {
    [`pure_ftpd_crashes_total{process="${name}"}`]: killed.length,
    'pure_ftpd_sessions{state="idle"}': -1,
  });
  expect(daemon.output).toMatch(/ has ended (?:unasked )?\((?:signal )?SIGKILL\)/);
});

const OPEN_METRICS = { Accept: 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3' };

describeWith(['promtool'], 'promtool', () => {
  test('accepts the text', async () => {
    const { body, type } = await scrape(here().port);
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    const { status, stdout, stderr } = spawnSync(peerPath('promtool'), ['check', 'metrics'], {
      input: body,
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('accepts the alerts', () => {
    const rules = join(import.meta.dirname, '..', '..', 'docs', 'metrics', 'alerts.yml');
    const { status, stdout } = spawnSync(peerPath('promtool'), ['check', 'rules', rules], { encoding: 'utf8' });
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringMatching(/SUCCESS: \d+ rules found/) });
  });
});

const PARSE = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.parser import text_string_to_metric_families as of_text
read = of_text if sys.argv[1] == 'text' else text_string_to_metric_families
print(json.dumps([[f.name, f.type, len(f.samples)] for f in read(sys.stdin.read())]))
`;

describeWith(['python3', 'prometheus-client', 'python-decorator'], "Python's client", () => {
  test.each(['openmetrics', 'text'])('reads %s', async (format) => {
    const { body, type } = await scrape(here().port, '/metrics', format === 'text' ? {} : { headers: OPEN_METRICS });
    if (format !== 'text') expect(type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const { stdout, stderr } = spawnSync(peerPath('python3'), ['-c', PARSE, format], {
      input: body,
      encoding: 'utf8',
      env: { ...process.env, PYTHONPATH: [peerPath('prometheus-client'), peerPath('python-decorator')].join(':') },
    });
    expect(stderr).toBe('');
    const families: readonly (readonly [string, string, number])[] = JSON.parse(stdout);
    const kinds = new Map(families.map(([name, kind]) => [name, kind]));
    expect(kinds.get('pure_ftpd_sessions')).toBe('gauge');
    expect(kinds.get('pure_ftpd_transferred_bytes')).toBe('counter');
    expect(kinds.get('pure_ftpd_login_duration_seconds')).toBe('histogram');
  });
});
