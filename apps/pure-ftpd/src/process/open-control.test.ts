import { statSync } from 'node:fs';
import { join } from 'node:path';

import { ControlClient } from '@pure-ftpd/control';
import { defaults } from '@pure-ftpd/options';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { temporaryFolder } from '@pure-ftpd/testing';
import { expect, onTestFinished, test } from 'vitest';

import type { ControlSocket } from '../control/control-socket.ts';
import { SessionTable } from '../control/session-table.ts';
import { limitsOf } from './limits-of.ts';
import { controlGroupId, openControl } from './open-control.ts';

/** Opens the socket of a server that does nothing, and its log. */
async function open(
  choice: Parameters<typeof openControl>[0],
): Promise<{ readonly socket: ControlSocket | undefined; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const socket = await openControl(choice, {
    server: {
      order: () => undefined,
      drain: () => undefined,
      reload: () => Promise.resolve({ kind: 'refused', problems: [] }),
      health: { mode: 'alone', state: 'serving', workers: 0, configurations: 1, reloadedAt: undefined },
      limits: limitsOf(defaults()),
    },
    sessions: new SessionTable(),
    bans: undefined,
    log: { write: (level, text) => void lines.push(`${level} ${text}`) },
  });
  onTestFinished(() => socket?.close());
  return { socket, lines };
}

function place(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return join(folder.path, 'control');
}

describeWith(['root'], '--control', () => {
  test('is there for the first server; a second one that was not asked for one says so, and goes on without', async () => {
    const path = place();
    const first = await open({ control: { path, asked: false }, controlGroup: undefined });
    expect([first.socket === undefined, first.lines]).toEqual([false, []]);
    expect(statSync(path)).toMatchObject({ uid: 0, mode: expect.any(Number) });
    const second = await open({ control: { path, asked: false }, controlGroup: undefined });
    expect(second).toEqual({
      socket: undefined,
      lines: [`NOTICE no control socket: ${path}: another server has it (--control names another one, or off)`],
    });
    await using control = await ControlClient.connect(path);
    expect(control.server.pid).toBe(process.pid);
  });

  test('off is none', async () => {
    expect(await open({ control: undefined, controlGroup: undefined })).toEqual({ socket: undefined, lines: [] });
  });

  test('--control-group is who may use it; a group that is not there is refused', async () => {
    const path = place();
    await open({ control: { path, asked: true }, controlGroup: 'mail' });
    expect(statSync(path)).toMatchObject({ uid: 0, gid: controlGroupId('mail') });
    expect(statSync(path).mode & 0o777).toBe(0o660);
    expect(() => controlGroupId('no-such-group')).toThrow('--control-group no-such-group: no such group');
  });
});
