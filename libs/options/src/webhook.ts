// Where uploads are posted to.
import { isIP } from 'node:net';

import { Networks } from '@pure-ftpd/protocol';

import { BadValue } from './values.ts';

const LOOPBACK = new Networks(['127.0.0.0/8', '::1']);

/** The address of a webhook: what is said there must not be read on its way. */
export function webhook(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') throw new BadValue('an address, https://HOST/PATH, is');
  if (url.username !== '' || url.password !== '') throw new BadValue('an address without a user is (the secret signs)');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new BadValue('https is, or http to an address of the loopback, as http://127.0.0.1:8080/');
  url.hash = '';
  return url.href;
}

/** A name is none: who answers for it may change. */
function isLoopback(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(address) !== 0 && LOOPBACK.has(address);
}
