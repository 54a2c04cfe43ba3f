// Several script runners at one pipe: no upload is taken by nobody.
import { describeWith } from '@pure-ftpd/peers/vitest';
import { soak, untilTrue } from '@pure-ftpd/testing';
import { afterEach, expect, test } from 'vitest';

import { PlaceServer } from '../support/place-server.ts';
import { c, ours } from '../support/programs.ts';
import { ScriptRunner } from '../support/script-runner.ts';

/** Uploads, one after the other and then at once. */
const UPLOADS = soak(30, 1000);

let server: PlaceServer | undefined;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

describeWith(['root', 'pure-uploadscript'], 'two script runners', () => {
  test.each([
    { first: ours, second: ours },
    { first: ours, second: c },
  ])('that are $first.name and $second.name hear of every upload', async ({ first, second }) => {
    server = await PlaceServer.start('one process', ['-o']);
    const { place, folder } = server;
    const runners = [
      new ScriptRunner(place, first, folder, 'first'),
      new ScriptRunner(place, second, folder, 'second'),
    ];
    for (const runner of runners) await runner.start();
    const client = await server.login('alice');
    const heard = (): string[] => runners.flatMap(({ uploads }) => uploads);
    const wanted: string[] = [];
    for (let number = 0; number < UPLOADS; number += 1) {
      expect((await client.transmit(`STOR ${number}`, 'x')).code).toBe(226);
      wanted.push(`alice|${server.home}/${number}`);
      // In the first half both runners wait for it; in the second they find what is there.
      if (number < UPLOADS / 2) await untilTrue('it is heard', () => heard().length === wanted.length);
    }
    await untilTrue('all are heard', () => heard().length >= wanted.length);
    expect(heard().toSorted()).toEqual(wanted.toSorted());
  });

  test('with one PID file: the second takes over, and the first ends', async () => {
    server = await PlaceServer.start('one process', ['-o']);
    const { place, folder } = server;
    const first = new ScriptRunner(place, ours, folder, 'first');
    await first.start();
    const before = first.pid;
    const program = ours.program('pure-uploadscript');
    await place.shell(`'${program}' -B -r /bin/true -p '${folder.file('first')}/pid' </dev/null >/dev/null 2>&1`);
    expect(first.pid).not.toBe(before);
    await untilTrue('the first is gone', async () => (await place.shell(`kill -0 ${before} 2>&1 || :`)) !== '');
    expect(await place.shell(`kill -0 ${first.pid} 2>&1`)).toBe('');
  });
});
