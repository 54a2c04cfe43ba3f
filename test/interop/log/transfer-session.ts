// A session with a transfer of every kind, for comparing what is logged of it.
import { chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RawClient, untilTrue } from '@pure-ftpd/testing';

const OWNER = 3001;

/** How long a download goes on before it is given up, in bytes. */
const SOME = 1_000_000;

/** Bytes of uploads that are given up. */
const PART = 70_000;

/** Characters of file names that are written otherwise in one format or another. */
const PUNCTUATION = Buffer.from(`sub dir/é ~!@#$%^&*()+={}[]|;:'",<>?\`.txt`).toString('latin1');

/** Fills a home with what the session downloads. */
export function makeTransferHome(home: string): void {
  mkdirSync(join(home, 'sub dir'), { recursive: true });
  const put = (name: string, size: number): void => {
    const path = Buffer.concat([Buffer.from(`${home}/`), Buffer.from(name, 'latin1')]);
    writeFileSync(path, Buffer.alloc(size, 'x'));
    chownSync(path, OWNER, OWNER);
  };
  put('small.txt', 1500);
  put('empty', 0);
  put('big.bin', 64 * 1024 * 1024);
  put(PUNCTUATION, 10);
  put('latin\xe9\x80\xff.txt', 11);
  put('ctl\x01\x1b\t\r\x7fend', 12);
  symlinkSync('ctl\x01\x1b\t\r\x7fend', join(home, 'link'));
  writeFileSync(join(home, 'lf.txt'), 'a\nbc\nd');
  for (const name of ['', 'sub dir', 'lf.txt']) chownSync(join(home, name), OWNER, OWNER);
}

/** The size of what is being uploaded, wherever the server keeps it until it is complete. */
function uploaded(home: string, name: string): number {
  const names = readdirSync(home).filter((entry) => entry === name || entry.startsWith('.pureftpd-upload.'));
  return Math.max(0, ...names.map((entry) => statSync(join(home, entry)).size));
}

/** Downloads a part of `big.bin`, and gives up as it is told to. */
async function giveUpDownload(
  client: RawClient,
  how: (data: Awaited<ReturnType<RawClient['passive']>>) => void,
): Promise<void> {
  const data = await client.passive();
  data.on('error', () => undefined);
  let received = 0;
  client.send('RETR big.bin\r\n');
  await client.reply();
  data.on('data', (chunk: Buffer) => void (received += chunk.length));
  await untilTrue('some has come', () => received > SOME);
  data.pause();
  how(data);
}

/** Uploads a part of a file, and gives up as it is told to. */
async function giveUpUpload(
  client: RawClient,
  home: string,
  name: string,
  how: (data: Awaited<ReturnType<RawClient['passive']>>) => void,
): Promise<void> {
  const data = await client.passive();
  data.on('error', () => undefined);
  client.send(`STOR ${name}\r\n`);
  await client.reply();
  data.write(Buffer.alloc(PART));
  await untilTrue('the part is stored', () => uploaded(home, name) === PART);
  how(data);
}

/** The session. Every transfer leaves one line in a transfer log: the last ones may come after the return. */
export async function transferSession(port: number, user: string, home: string): Promise<void> {
  const login = async (): Promise<RawClient> => {
    const client = await RawClient.login(port, user, 'golden');
    await client.command('TYPE I');
    return client;
  };
  let client = await login();
  for (const name of ['small.txt', 'empty', PUNCTUATION, 'latin\xe9\x80\xff.txt', 'link', './sub dir/../small.txt'])
    await client.receive(`RETR ${name}`);
  await client.command('REST 1000');
  await client.receive('RETR small.txt');
  await client.receive('RETR nosuch');
  await client.receive('NLST');
  await giveUpDownload(client, (data) => {
    client.send('ABOR\r\n');
    // The C server does not answer before what it has sent is taken.
    data.resume();
  });
  await client.reply();
  client.close();
  client = await login();
  await giveUpDownload(client, (data) => data.resetAndDestroy());
  await client.reply();
  client.close();
  client = await login();
  await client.command('TYPE A');
  await client.receive('RETR small.txt');
  await client.receive('RETR lf.txt');
  await client.transmit('STOR lf.up', 'a\r\nb\r\n');
  await client.command('TYPE I');
  await client.transmit('STOR new.bin', Buffer.alloc(5000));
  await client.transmit('STOR new.bin', Buffer.alloc(200));
  await client.transmit('APPE new.bin', Buffer.alloc(300));
  await client.command('REST 100');
  await client.transmit('STOR new.bin', Buffer.alloc(50));
  await client.transmit('STOR zero', '');
  await client.transmit('STOR sp ace%.txt', 'x');
  await client.transmit('STOU', 'four');
  await client.command('DELE zero');
  await client.command('MKD d');
  await client.command('RNFR new.bin');
  await client.command('RNTO d/moved.bin');
  await giveUpUpload(client, home, 'reset.bin', (data) => data.resetAndDestroy());
  await client.reply();
  client.close();
  client = await login();
  await giveUpUpload(client, home, 'aborted.bin', () => client.send('ABOR\r\n'));
  await client.reply();
  client.close();
  client = await login();
  await giveUpUpload(client, home, 'dropped.bin', () => client.close());
  client = await login();
  await giveUpDownload(client, (data) => {
    client.close();
    data.resume();
  });
}

/** Lines of the session in a transfer log. */
export const TRANSFERS = 23;
/** Those of them that are uploads which broke. */
export const BROKEN_UPLOADS = 3;
