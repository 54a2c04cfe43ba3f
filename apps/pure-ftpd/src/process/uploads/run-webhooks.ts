// The process that posts uploads: as nobody, with the files of the journal open, which is all that it has of this machine.
import { Socket } from 'node:net';
import { getCACertificates } from 'node:tls';

import { getgrgid, getpwuid, isNssAvailable } from '@pure-ftpd/posix';
import { JournalReader, SEGMENTS, toJson, type UploadEvent } from '@pure-ftpd/uploads/journal';

import { giveUpRights } from '../give-up-rights.ts';
import { eachLine } from './each-line.ts';
import { remembered } from '../../remembered.ts';
import { CONNECTIONS, Delivery } from '../../webhooks/delivery.ts';
import { FIRST_SEGMENT, type WebhookNews, type WebhookOrder, type WebhookOrders } from '../../webhooks/orders.ts';
import { poster } from '../../webhooks/post.ts';
import { signedHeaders } from '../../webhooks/signature.ts';

/** Characters of the orders: four addresses, and a secret. */
const ORDERS_LIMIT = 256 * 1024;

/** How old the name of an account may be, in milliseconds. */
const NAMES_MS = 60_000;

const userName = remembered(async (uid: number) => (await getpwuid(uid))?.name ?? null, NAMES_MS, String);
const groupName = remembered(async (gid: number) => (await getgrgid(gid))?.name ?? null, NAMES_MS, String);

/** Posts until the server has no use for it. */
export function runWebhooks(descriptor: number): void {
  const parent = process.ppid;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => undefined);
  // What is read late must be read while it can be.
  isNssAvailable();
  const authorities = [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  giveUpRights(parent);
  const channel = new Socket({ fd: descriptor });
  const readers: JournalReader[] = [];
  channel.once('close', () => process.exit(0));
  const tell = (news: WebhookNews): void => void channel.write(`${JSON.stringify(news)}\n`);
  eachLine(channel, ORDERS_LIMIT, (line) => {
    if (readers.length > 0) for (const reader of readers) reader.wake();
    else readers.push(...begin(ordersIn(line), authorities, tell));
  });
}

/** The server is believed. */
function ordersIn(line: string): WebhookOrders {
  const orders: WebhookOrders = JSON.parse(line);
  return orders;
}

function begin(
  { hooks, secret }: WebhookOrders,
  authorities: readonly string[],
  tell: (news: WebhookNews) => void,
): JournalReader[] {
  const key = Buffer.from(secret, 'base64');
  const segments = Array.from({ length: SEGMENTS }, (_, index) => FIRST_SEGMENT + index);
  return hooks.map((hook, index) => {
    const { origin } = new URL(hook.url);
    const say = (level: WebhookNews['level'], text: string): void => tell({ level, text: `${origin}: ${text}` });
    const source = JournalReader.over(segments, FIRST_SEGMENT + SEGMENTS + index, hook.name, {
      onLost: (count) => say('WARNING', `${count} uploads are gone from the journal before they were posted`),
    });
    const delivery = new Delivery({ source, post: postTo(hook, key, authorities), tell: say });
    delivery.run().catch((error: unknown) => {
      throw error;
    });
    return source;
  });
}

function postTo(
  { url }: WebhookOrder,
  key: Buffer,
  authorities: readonly string[],
): (event: UploadEvent) => Promise<string | undefined> {
  const { post } = poster(new URL(url), authorities, CONNECTIONS);
  return async (event) => {
    const [user, group] = await Promise.all([named(userName(event.uid)), named(groupName(event.gid))]);
    const body = JSON.stringify({ ...toJson(event), user, group });
    return post(body, signedHeaders(key, event.id, Math.floor(Date.now() / 1000), body));
  };
}

/** A name service that fails has no name for anybody. */
async function named(name: Promise<string | null>): Promise<string | null> {
  try {
    return await name;
  } catch {
    return null;
  }
}
