import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';

import { getpwnamSync, isPamAvailable } from '@pure-ftpd/posix';
import { isRunning } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { PamLogin } from './messages.ts';
import { type PamAnswer, PamPool, type PamPoolOptions } from './pool.ts';
import { isRoot, PamServices, startHelper } from '../testing/pam-services.ts';

/** An account that every Linux has, and that is not root. */
const LOGIN = 'nobody';

function login(services: PamServices, service: string, changes: Partial<PamLogin> = {}): Omit<PamLogin, 'session'> {
  const password = Buffer.from('secret');
  return { service, folder: services.folder, login: LOGIN, remoteHost: '192.0.2.77', password, ...changes };
}

async function accepted(answer: Promise<PamAnswer>): Promise<Extract<PamAnswer, { kind: 'accepted' }>> {
  const result = await answer;
  if (result.kind !== 'accepted') throw new Error(`not accepted: ${result.reason}`);
  return result;
}

describe.runIf(isRoot && isPamAvailable())('PAM', () => {
  let services: PamServices;
  let pools: PamPool[];
  let logged: string[];

  beforeEach(() => {
    services = new PamServices();
    pools = [];
    logged = [];
  });
  afterEach(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    services[Symbol.dispose]();
  });

  function pool(options: Partial<PamPoolOptions> = {}): PamPool {
    const made = new PamPool({
      start: startHelper,
      log: (level, text) => logged.push(`${level}: ${text}`),
      ...options,
    });
    pools.push(made);
    return made;
  }

  /** A script that waits until the test lets it go on. */
  function gate(name: string): { readonly wait: string; readonly open: () => void } {
    execFileSync('mkfifo', [services.file(name)]);
    return { wait: `read line < ${services.file(name)}`, open: () => writeFileSync(services.file(name), '\n') };
  }

  test('is asked in order, told who comes from where, and its session lasts as long as the login', async () => {
    const report = 'log $PAM_TYPE $PAM_SERVICE $PAM_USER $PAM_RHOST $PAM_TTY $PAM_RUSER';
    services.add(
      'all',
      services.script('auth', 'a', report),
      'auth required pam_permit.so',
      services.script('account', 'b', report),
      services.script('session', 'c', report),
    );
    const answer = await accepted(pool().login(login(services, 'all'), 'a'));
    const account = getpwnamSync(LOGIN);
    expect(answer).toMatchObject({ uid: account?.uid, gid: account?.gid, home: account?.home, notes: '' });
    const items = `all ${LOGIN} 192.0.2.77 pure-ftpd ${LOGIN}`;
    expect(services.log()).toEqual([`auth ${items}`, `account ${items}`, `open_session ${items}`]);
    await answer.close();
    await answer.close();
    expect(services.log().slice(3)).toEqual([`close_session ${items}`]);
    expect(logged).toEqual([]);
  });

  test('gets the bytes of the password, and they are nowhere else', async () => {
    services.add(
      'bytes',
      services.script(
        'auth',
        'a',
        `log "$(od -An -tx1 | tr -d ' \\n')"; log $(tr '\\0' ' ' < /proc/$PPID/cmdline) - $(tr '\\0' ' ' < /proc/$PPID/environ)`,
      ),
      'auth required pam_permit.so',
    );
    const password = Buffer.from('5b7e77dfff0920c3a9', 'hex');
    await accepted(pool().login(login(services, 'bytes', { password }), 'a'));
    const [bytes, told] = services.log();
    expect(bytes).toMatch(/^5b7e77dfff0920c3a9(?:00)?$/);
    expect(told).toMatch(/pam-helper\.ts - NODE_OPTIONS=--max-old-space-size=\d+ --max-semi-space-size=\d+$/);
  });

  test('leaves no password in the memory of the helper', async () => {
    // The script is asked about the account only: pam_exec itself forgets to wipe what it passes on.
    services.add(
      'unix',
      'auth sufficient pam_unix.so',
      'auth required pam_permit.so',
      services.script('account', 'a', 'log $PPID'),
    );
    const password = `mark-${process.pid}-${'x'.repeat(10)}-end`;
    await accepted(pool().login(login(services, 'unix', { password: Buffer.from(password) }), 'a'));
    const [pid = ''] = services.log();
    const found = execFileSync('perl', ['-e', SEARCH, pid, Buffer.from(password).toString('hex')], {
      encoding: 'utf8',
    });
    expect(found).toBe('0');
  });

  test.each([
    ['refuses the password', ['auth required pam_deny.so']],
    ['refuses the account', ['auth required pam_permit.so', 'account required pam_deny.so']],
    ['is not set up', ['auth required /nonexistent/module.so']],
  ])('that %s is not the last word', async (_, lines) => {
    services.add('no', ...lines);
    expect(await pool().login(login(services, 'no'), 'a')).toMatchObject({ kind: 'unknown' });
  });

  test.each([
    ['that the system does not know is unknown', 'no-such-account', 'unknown'],
    ['of nobody is unknown', '', 'unknown'],
    ['of root is refused', userInfo({ encoding: 'utf8' }).username, 'refused'],
  ])('a login %s, and opens no session', async (_, user, kind) => {
    services.add('any', 'auth required pam_permit.so', services.script('session', 's', 'log $PAM_TYPE'));
    expect((await pool().login(login(services, 'any', { login: user }), 'a')).kind).toBe(kind);
    expect(services.log()).toEqual([]);
  });

  test('a password with a NUL, or beyond all bounds, is not tried', async () => {
    services.add('any', 'auth required pam_permit.so');
    for (const password of [Buffer.from('secret\0x'), Buffer.alloc(100_000, 'a')])
      expect((await pool().login(login(services, 'any', { password }), 'a')).kind).toBe('unknown');
  });

  test('a session that cannot be opened is no reason to refuse, and told', async () => {
    services.add('any', 'auth required pam_permit.so', 'session required pam_deny.so');
    const answer = await accepted(pool().login(login(services, 'any'), 'a'));
    expect(answer.notes).toMatch(/^pam_open_session: /);
    await answer.close();
  });

  test('a slow module stops nobody else', async () => {
    const { wait, open } = gate('gate');
    services.add('slow', services.script('auth', 'slow', wait), 'auth required pam_permit.so');
    services.add('quick', 'auth required pam_permit.so');
    const two = pool({ size: 2 });
    const slow = two.login(login(services, 'slow'), 'a');
    await accepted(two.login(login(services, 'quick'), 'a'));
    await accepted(two.login(login(services, 'quick'), 'a'));
    expect(two.helpers).toBe(2);
    open();
    await accepted(slow);
  });

  test('sources take turns, and who leaves the queue is not asked about', async () => {
    const { wait, open } = gate('gate');
    services.add('slow', services.script('auth', 'slow', wait), 'auth required pam_permit.so');
    services.add('quick', services.script('auth', 'quick', 'log $PAM_RHOST'), 'auth required pam_permit.so');
    const one = pool({ size: 1 });
    const leaving = new AbortController();
    const slow = one.login(login(services, 'slow'), 'a');
    const from = (remoteHost: string, source: string, signal?: AbortSignal): Promise<PamAnswer> =>
      one.login(login(services, 'quick', { remoteHost }), source, signal);
    const left = from('a0', 'a', leaving.signal);
    const all = [from('a1', 'a'), from('a2', 'a'), from('a3', 'a'), from('b1', 'b')];
    expect(one.waiting).toBe(5);
    leaving.abort();
    expect(await left).toMatchObject({ kind: 'unknown' });
    open();
    await Promise.all([slow, ...all]);
    expect(services.log()).toEqual(['a1', 'b1', 'a2', 'a3']);
    expect(one.helpers).toBe(1);
  });

  test('a client that leaves while PAM is asked has its session closed', async () => {
    const { wait, open } = gate('gate');
    services.add(
      'slow',
      services.script('auth', 'slow', wait),
      'auth required pam_permit.so',
      services.script('session', 's', 'log $PAM_TYPE'),
    );
    const leaving = new AbortController();
    const answer = pool().login(login(services, 'slow'), 'a', leaving.signal);
    leaving.abort();
    open();
    expect(await answer).toMatchObject({ kind: 'unknown' });
    expect(services.log()).toEqual(['open_session', 'close_session']);
  });

  test('a helper that does not answer is killed, and the next login has another one', async () => {
    services.add('hangs', services.script('auth', 'hangs', 'log $PPID; log $$; exec sleep 1000'));
    services.add('quick', 'auth required pam_permit.so');
    // As long as a machine that is busy may take to start another helper.
    const one = pool({ size: 1, timeout: 8000 });
    const hanging = one.login(login(services, 'hangs'), 'a');
    const next = one.login(login(services, 'quick'), 'a');
    expect(await hanging).toMatchObject({ kind: 'unknown' });
    await accepted(next);
    expect(logged).toEqual(['error: pam: a helper failed: no answer in 8 s']);
    const [helper, program] = services.log();
    await expect.poll(() => [helper, program].filter((pid) => isRunning(pid ?? ''))).toEqual([]);
  });

  test('a module that crashes takes its helper with it, and nobody else', async () => {
    services.add('crash', services.script('auth', 'crash', 'kill -SEGV $PPID'));
    services.add('quick', 'auth required pam_permit.so');
    const one = pool({ size: 1 });
    const session = await accepted(one.login(login(services, 'quick'), 'a'));
    expect(await one.login(login(services, 'crash'), 'a')).toMatchObject({ kind: 'unknown' });
    await accepted(one.login(login(services, 'quick'), 'a'));
    await session.close();
    await expect.poll(() => logged).toContain('error: pam: a helper has ended, 1 PAM sessions were not closed');
    expect(logged.some((line) => /a helper failed: .*(?:SIGSEGV|channel)/.test(line))).toBe(true);
  });

  test('a helper is replaced after some logins, and stays for the sessions it has', async () => {
    services.add('pid', services.script('auth', 'pid', 'log $PPID'), 'auth required pam_permit.so');
    const one = pool({ size: 1, maxLogins: 2 });
    const sessions = [];
    for (let count = 0; count < 3; count += 1) sessions.push(await accepted(one.login(login(services, 'pid'), 'a')));
    const [first, second, third] = services.log();
    expect(first).toBe(second);
    expect(third).not.toBe(first);
    expect(one.helpers).toBe(2);
    await Promise.all(sessions.map((session) => session.close()));
    await expect.poll(() => one.helpers).toBe(1);
    expect(isRunning(first ?? '')).toBe(false);
  });

  test('processes are bounded, however many sessions stay open', async () => {
    services.add('quick', 'auth required pam_permit.so');
    const one = pool({ size: 1, maxLogins: 1 });
    for (let count = 0; count < 5; count += 1) await accepted(one.login(login(services, 'quick'), 'a'));
    expect(one.helpers).toBe(2);
  });

  test('a helper that nobody needs leaves', async () => {
    services.add('quick', 'auth required pam_permit.so');
    const brief = pool({ idle: 1 });
    const session = await accepted(brief.login(login(services, 'quick'), 'a'));
    await session.close();
    await expect.poll(() => brief.helpers).toBe(0);
    await accepted(brief.login(login(services, 'quick'), 'a'));
  });

  test('the end of the pool closes every session', async () => {
    services.add('any', 'auth required pam_permit.so', services.script('session', 's', 'log $PAM_TYPE $PPID'));
    const ending = pool();
    await accepted(ending.login(login(services, 'any'), 'a'));
    await accepted(ending.login(login(services, 'any'), 'a'));
    await ending.close();
    expect(services.log().map((line) => line.split(' ')[0])).toEqual([
      'open_session',
      'open_session',
      'close_session',
      'close_session',
    ]);
    expect(ending.helpers).toBe(0);
    expect((await ending.login(login(services, 'any'), 'a')).kind).toBe('unknown');
    expect(logged).toEqual([]);
  });

  test('a server that is gone leaves no helper and no session behind', async () => {
    services.add('any', 'auth required pam_permit.so', services.script('session', 's', 'log $PAM_TYPE $PPID'));
    const lost = pool({
      start: () => {
        const helper = startHelper();
        channels.push(helper.channel);
        return helper;
      },
    });
    const channels: { destroy(): unknown }[] = [];
    await accepted(lost.login(login(services, 'any'), 'a'));
    const [, pid = ''] = services.log()[0]?.split(' ') ?? [];
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('pam-helper');
    for (const channel of channels) channel.destroy();
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  test('a helper that cannot be started is a login that failed', async () => {
    const none = pool({
      start: () => {
        throw new Error('no more processes');
      },
    });
    expect(await none.login(login(services, 'any'), 'a')).toMatchObject({ kind: 'unknown' });
    expect(logged).toEqual(['error: pam: no helper can be started: no more processes']);
  });
});

/** Counts how often some bytes are in the memory that a process can write. */
const SEARCH = `
  my ($pid, $hex) = @ARGV; my $bytes = pack('H*', $hex); my $count = 0;
  open(my $maps, '<', "/proc/$pid/maps") or die; open(my $mem, '<:raw', "/proc/$pid/mem") or die;
  while (<$maps>) {
    next unless /^([0-9a-f]+)-([0-9a-f]+) rw/;
    my ($at, $end) = (hex($1), hex($2));
    seek($mem, $at, 0); my $data = '';
    next unless read($mem, $data, $end - $at);
    my $place = 0;
    while (($place = index($data, $bytes, $place)) >= 0) { $count++; $place++; }
  }
  print $count;`;
