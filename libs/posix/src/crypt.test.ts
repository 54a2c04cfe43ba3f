import { describe, expect, it } from 'vitest';

import { crypt, isCryptAvailable } from './index.ts';

// A vector of the SHA-crypt specification (Ulrich Drepper, 2007); OpenSSL makes the same of it.
const SETTING = '$6$saltstring';
const HASH = '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1';

describe.skipIf(!isCryptAvailable())('crypt', () => {
  it('makes the hash of a published vector, from the method and salt or from the hash itself', async () => {
    expect(await crypt(Buffer.from('Hello world!'), SETTING)).toBe(HASH);
    expect(await crypt(Buffer.from('Hello world!'), HASH)).toBe(HASH);
  });

  it('takes bytes that are no text', async () => {
    const hash = await crypt(Buffer.from([0xff, 0x80]), SETTING);
    expect(hash).toMatch(/^\$6\$saltstring\$/);
    expect(await crypt(Buffer.from([0xff, 0x81]), SETTING)).not.toBe(hash);
  });

  it('leaves the password of the caller as it is', async () => {
    const password = Buffer.from('Hello world!');
    await crypt(password, SETTING);
    expect(password.toString()).toBe('Hello world!');
  });

  it('answers undefined when there is no such hash, never a failure token that could be compared', async () => {
    for (const setting of [
      '',
      '*',
      '*0',
      '*1',
      '!',
      'x',
      '$nosuchmethod$salt',
      '$6$salt\0more',
      '$6$'.padEnd(5000, 's'),
    ]) {
      expect([setting, await crypt(Buffer.from('secret'), setting)]).toEqual([setting, undefined]);
    }
  });

  it('refuses a password with a NUL, and one longer than libcrypt takes', async () => {
    expect(await crypt(Buffer.from('Hello world!\0more'), SETTING)).toBeUndefined();
    expect(await crypt(Buffer.alloc(512, 0x61), SETTING)).toBeUndefined();
    expect(await crypt(Buffer.alloc(511, 0x61), SETTING)).toMatch(/^\$6\$/);
  });

  it('runs many at once without mixing them up, and leaves the event loop free', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    try {
      const passwords = Array.from({ length: 24 }, (_, index) => Buffer.from(`password ${index}`));
      const hashes = await Promise.all(passwords.map((password) => crypt(password, '$6$rounds=20000$salt')));
      expect(new Set(hashes).size).toBe(passwords.length);
      expect(await crypt(passwords[7] ?? Buffer.alloc(0), '$6$rounds=20000$salt')).toBe(hashes[7]);
      expect(turns).toBeGreaterThan(1);
    } finally {
      clearInterval(timer);
    }
  });
});
