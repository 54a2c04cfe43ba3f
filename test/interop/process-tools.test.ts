// The tools by which scripts find processes find ours, as they find the C programs.
import { describeWith } from '@pure-ftpd/peers/vitest';
import { untilTrue } from '@pure-ftpd/testing';
import { afterEach, describe, expect, test } from 'vitest';

import { PlaceServer, RIGHTS } from '../support/place-server.ts';
import { ours } from '../support/programs.ts';

let server: PlaceServer | undefined;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

/** Where a tool is missing nothing is printed, and nothing expected. */
async function found(at: PlaceServer, tool: string, words: string): Promise<number[] | undefined> {
  const text = await at.place.shell(
    `command -v ${tool} >/dev/null || { echo missing; exit; }; ${tool} ${words} 2>&1 || :`,
  );
  return text.includes('missing')
    ? undefined
    : text.split(/\s+/).flatMap((word) => (/^\d+$/.test(word) ? [Number(word)] : []));
}

describeWith(['root'], 'the tools of processes', () => {
  test.each(RIGHTS)('find every process of the server, with %s', async (rights) => {
    const at = await PlaceServer.start(rights);
    server = at;
    await at.login('alice');
    const roles =
      rights === 'workers' ? (['SERVER', 'MONITOR', 'GATE', 'WORKER'] as const) : (['SERVER', 'SESSIONS'] as const);
    const all = (await Promise.all(roles.map((role) => at.pids(role)))).flat();
    expect(all).toHaveLength(roles.length);
    for (const [tool, words] of [
      ['pidof', 'pure-ftpd'],
      ['pgrep', '-x pure-ftpd'],
      ['ps', '-C pure-ftpd -o pid='],
    ] as const) {
      const pids = await found(at, tool, words);
      if (pids !== undefined) expect(new Set(pids), tool).toEqual(new Set(all));
    }
    expect(await at.place.shell('start-stop-daemon --status --name pure-ftpd; echo $?')).toBe('0\n');
    expect(await at.place.shell('cat /proc/"$(cat /run/pure-ftpd.pid)"/cmdline')).toContain('pure-ftpd (SERVER)');
  });

  describe.each([
    { program: 'pure-uploadscript', words: '-r /bin/true' } as const,
    { program: 'pure-certd', words: '-r /bin/true -s /run/certd.sock' } as const,
  ])('$program', ({ program, words }) => {
    test('is found', async () => {
      const at = await PlaceServer.start('one process', ['-o']);
      server = at;
      await at.place.shell(`'${ours.program(program)}' -B ${words} -p /run/pid </dev/null >/dev/null 2>&1`);
      await untilTrue('it runs', async () => (await at.place.shell('cat /run/pid 2>/dev/null || :')) !== '');
      const pid = Number(await at.place.shell('cat /run/pid'));
      const name = program.slice(0, 15);
      for (const [tool, arguments_] of [
        ['pidof', program],
        ['pgrep', `-x ${name}`],
        ['ps', `-C ${name} -o pid=`],
      ] as const) {
        const pids = await found(at, tool, arguments_);
        if (pids !== undefined) expect(pids, tool).toEqual([pid]);
      }
      expect(await at.place.shell(`if command -v killall >/dev/null; then killall -0 ${program} 2>&1; fi`)).toBe('');
    });
  });
});
