// Files sent from one server to another by a client that has none of it: FXP between the C daemon and ours.
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { buildDatabase } from '@pure-ftpd/puredb';
import { RawClient } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';
import { c, ours, type Side } from '../support/programs.ts';
import { startDaemon } from '../support/servers.ts';

const HASH = '$1$golden00$DPibADmVwkcjtPf6igkkJ.';
const OWNER = 3001;

/** `h1,h2,h3,h4,p1,p2` of the reply to PASV. */
async function passiveAddress(client: RawClient): Promise<string> {
  const { text } = await client.command('PASV');
  const [, address] = /\((\d+(?:,\d+){5})\)/.exec(text) ?? [];
  if (address === undefined) throw new Error(text);
  return address;
}

/** RETR on one session into STOR on the other. */
async function sendAcross(from: RawClient, to: RawClient, source: string, target: string): Promise<number[]> {
  const codes: number[] = [];
  for (const client of [from, to]) codes.push((await client.command('TYPE I')).code);
  codes.push((await to.command(`PORT ${await passiveAddress(from)}`)).code);
  to.send(`STOR ${target}\r\n`);
  from.send(`RETR ${source}\r\n`);
  // Each says 150 and 226; which of the two is first is theirs.
  const replies = await Promise.all([from.reply(), to.reply()]);
  const ends = await Promise.all([from.reply(), to.reply()]);
  return [...codes, ...[...replies, ...ends].map(({ code }) => code)];
}

describeWith(['root', 'pure-ftpd'], 'FXP', () => {
  test.each<[from: Side, to: Side]>([
    [ours, ours],
    [ours, c],
    [c, ours],
  ])('from $name to another server', async (from, to) => {
    using folder = tempFolder();
    const homes = ['one', 'two'].map((name) => folder.file(name));
    for (const home of homes) {
      mkdirSync(home);
      chownSync(home, OWNER, OWNER);
    }
    const content = Buffer.alloc(3_000_000, 'from one server to another ');
    writeFileSync(join(homes[0] ?? '', 'file'), content);
    writeFileSync(
      folder.file('text'),
      homes.map((home, index) => `user${index}:${HASH}:${OWNER}:${OWNER}::${home}/./\n`).join(''),
    );
    await buildDatabase(folder.file('text'), folder.file('db'));
    chownSync(folder.file('db'), OWNER, OWNER);
    const args = ['-l', `puredb:${folder.file('db')}`, '-E', '-H', '-w'];
    await using source = await startDaemon(from, { args });
    await using target = await startDaemon(to, { args, everywhere: true });
    const sender = await RawClient.login(source.port, 'user0', 'golden', '127.0.0.1');
    const receiver = await RawClient.login(target.port, 'user1', 'golden', '127.0.0.2');
    expect(await sendAcross(sender, receiver, 'file', 'copy')).toEqual([200, 200, 200, 150, 150, 226, 226]);
    expect(readFileSync(join(homes[1] ?? '', 'copy')).equals(content)).toBe(true);
    // And back, by the other way round: the one that has sent is told where to fetch.
    expect(await sendAcross(receiver, sender, 'copy', 'back')).toEqual([200, 200, 200, 150, 150, 226, 226]);
    expect(readFileSync(join(homes[0] ?? '', 'back')).equals(content)).toBe(true);
    sender.close();
    receiver.close();
  });

  test.each([c, ours])('is refused by $name without -w', async (side) => {
    using folder = tempFolder();
    mkdirSync(folder.file('home'));
    writeFileSync(folder.file('text'), `user:${HASH}:${OWNER}:${OWNER}::${folder.file('home')}/./\n`);
    await buildDatabase(folder.file('text'), folder.file('db'));
    chownSync(folder.file('db'), OWNER, OWNER);
    await using daemon = await startDaemon(side, { args: ['-l', `puredb:${folder.file('db')}`, '-E', '-H'] });
    const client = await RawClient.login(daemon.port, 'user', 'golden');
    expect((await client.command('PORT 127,0,0,2,200,1')).code).toBe(500);
    expect((await client.command('EPRT |1|127.0.0.2|51201|')).code).toBe(500);
    client.close();
  });
});
