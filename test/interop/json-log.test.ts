// The log as JSON, for collectors.
import { describeWith } from '@pure-ftpd/peers/vitest';
import { soak, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { PlaceServer, type Rights, RIGHTS } from '../support/place-server.ts';

type Line = Readonly<Record<string, unknown>>;

function isLine(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every line there is, each an object of JSON. */
function lines(output: string): Line[] {
  return output
    .split('\n')
    .slice(0, -1)
    .map((text) => {
      const value: unknown = JSON.parse(text);
      if (!isLine(value)) throw new Error(`no object: ${text}`);
      return value;
    });
}

describeWith(['root'], '--log-format json', () => {
  describe.each(soak<readonly Rights[]>(['workers'], RIGHTS))('of %s', (rights) => {
    test('has what happens in a session, by its id, with its user and address', async () => {
      await using server = await PlaceServer.start(rights, ['--log-format', 'json', '-C', '5']);
      const client = await server.connect();
      await client.command('USER alice');
      await client.command('PASS wrong');
      await client.command('USER alice');
      await client.command('PASS secret');
      // A name that is no UTF-8, and breaks lines of text.
      const data = await client.passive();
      client.send('STOR caf\xe9"\r\n');
      await client.reply();
      data.end('content');
      expect((await client.reply()).code).toBe(226);
      await client.command('QUIT');
      await client.end();
      const ended = (): Line | undefined =>
        lines(server.output).find(({ event, user }) => event === 'left' && user === 'alice');
      await untilTrue('the end is told', () => ended() !== undefined);
      const session = ended()?.['session'];
      expect(session).toMatch(/^[0-9a-f]{16}$/);
      const told = lines(server.output).filter((line) => line['session'] === session);
      for (const line of told) {
        expect(line).toMatchObject({ address: '127.0.0.1', pid: expect.any(Number) });
        expect(line['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      }
      expect(told.map(({ event }) => event).filter((event) => event !== 'message')).toEqual([
        'arrived',
        'introduced',
        'loginRefused',
        'loggedIn',
        'transferred',
        'left',
      ]);
      expect(told).toContainEqual(
        expect.objectContaining({
          event: 'transferred',
          user: 'alice',
          direction: 'upload',
          bytes: 7,
          complete: true,
          code: 226,
          tls: false,
          pathBase64: Buffer.from(`${server.home}/caf\xe9"`, 'latin1').toString('base64'),
        }),
      );
      // The words of the text, as they are.
      expect(told).toContainEqual(
        expect.objectContaining({ level: 'WARNING', message: 'Authentication failed for user [alice]' }),
      );
      expect(told).toContainEqual(expect.objectContaining({ level: 'INFO', message: 'alice is now logged in' }));
      expect(lines(server.output)).toContainEqual(
        expect.objectContaining({ event: 'message', message: expect.stringMatching(/^listening on /) }),
      );
    });
  });
});
