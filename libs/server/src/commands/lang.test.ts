import { tmpdir } from 'node:os';

import { RawClient } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { DummyAuthorizer } from '../authorizers/dummy-authorizer.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from '../server/ftp-server.ts';
import { type Catalogue, reply } from '../replies/catalogue.ts';
import { defaultCatalogue } from '../replies/default-catalogue.ts';
import { Languages } from '../replies/languages.ts';

function catalogueOf(tag: string): Catalogue {
  return tag === 'en' ? defaultCatalogue : { ...defaultCatalogue, noop: reply(200, 'Nichts.') };
}

const LOGIN = ['USER user', 'PASS secret'];

class Handler extends FTPHandler {
  static override authorizer = new DummyAuthorizer();
  static override words: Languages | undefined = new Languages('en', ['en', 'de'], catalogueOf);
}

Handler.authorizer.addUser('user', 'secret', tmpdir());

/** What is said to some commands. */
async function said(handler: typeof FTPHandler, ...commands: string[]): Promise<string[]> {
  await using server = new FTPServer(['127.0.0.1', 0], handler);
  await server.listen();
  const client = await RawClient.connect(server.addresses[0]?.port ?? 0);
  await client.reply();
  const replies: string[] = [];
  for (const command of commands) replies.push((await client.command(command)).text);
  client.close();
  return replies;
}

test('a client chooses the language of its session, and REIN goes back to the first', async () => {
  expect(await said(Handler, 'LANG DE', 'NOOP', 'LANG', 'NOOP', 'LANG de', ...LOGIN, 'REIN', 'NOOP')).toEqual([
    '200 The language is de.',
    '200 Nichts.',
    '200 The language is en.',
    '200 Nothing done, successfully.',
    '200 The language is de.',
    expect.stringContaining('331'),
    '230 Logged in.',
    '230 Ready for a new user.',
    '200 Nothing done, successfully.',
  ]);
});

test('a language that is not there is not supported, and what is no tag is wrong; neither changes anything', async () => {
  expect(await said(Handler, 'LANG de', 'LANG fr', 'LANG *', 'NOOP')).toEqual([
    '200 The language is de.',
    '504 LANG fr is not supported.',
    '501 LANG: a language tag is expected.',
    '200 Nichts.',
  ]);
});

test('FEAT has the languages, with a star at that of the session; without a choice there is no LANG', async () => {
  const [before, , after] = await said(Handler, 'FEAT', 'LANG de', 'FEAT');
  expect(before).toContain('\n LANG EN*;DE\n');
  expect(after).toContain('\n LANG EN;DE*\n');
  class Single extends FTPHandler {
    static override words = new Languages('en', ['en'], catalogueOf);
  }
  for (const handler of [FTPHandler, Single]) {
    const [features, answer] = await said(handler, 'FEAT', 'LANG en');
    expect(features).not.toContain('LANG');
    expect(answer).toBe('500 Command LANG not understood.');
  }
});
