import { describe, expect, test, vi } from 'vitest';

import { HostNames } from './host-names.ts';

function at(address: string): { family: 4; address: string; port: number } {
  return { family: 4, address, port: 21 };
}

describe('names of hosts', () => {
  test('are asked for once for each address, and an address without one stays', async () => {
    const lookup = vi.fn<(address: string) => Promise<string>>((address) =>
      address === '192.0.2.3' ? Promise.reject(new Error('no name')) : Promise.resolve(`${address}.example.org`),
    );
    const names = new HostNames(true, lookup);
    const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.1'].map(at);
    await names.resolve(addresses);
    await names.resolve(addresses);
    expect(addresses.map((one) => names.of(one))).toEqual([
      '192.0.2.1.example.org',
      '192.0.2.2.example.org',
      '192.0.2.3',
      '192.0.2.1.example.org',
    ]);
    expect(lookup).toHaveBeenCalledTimes(3);
  });

  test('are not asked for where numbers are wanted', async () => {
    const lookup = vi.fn<(address: string) => Promise<string>>(() => Promise.resolve('name'));
    const names = new HostNames(false, lookup);
    await names.resolve([at('192.0.2.1')]);
    expect(names.of(at('192.0.2.1'))).toBe('192.0.2.1');
    expect(lookup).not.toHaveBeenCalled();
  });

  test('are given up when the resolver does not answer', async () => {
    vi.useFakeTimers();
    try {
      const names = new HostNames(true, () => new Promise(() => {}));
      const resolved = names.resolve(Array.from({ length: 50 }, (_, index) => at(`192.0.2.${index}`)));
      await vi.advanceTimersByTimeAsync(5000);
      await resolved;
      expect(names.of(at('192.0.2.7'))).toBe('192.0.2.7');
    } finally {
      vi.useRealTimers();
    }
  });
});
