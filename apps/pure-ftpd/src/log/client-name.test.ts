import { unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { HostsFile } from './client-name.ts';

test("names come from the machine's own file, the first of each address, as it is now", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'hosts');
  writeFileSync(
    path,
    '# 192.0.2.1 no\n192.0.2.77\tclient.example.net  alias # comment\n192.0.2.77 second\n2001:DB8:0::77 client6\nx y\n192.0.2.9\n',
  );
  const hosts = new HostsFile(path);
  const addresses = ['192.0.2.77', '2001:db8::77', '192.0.2.1', '192.0.2.9', 'x'];
  expect(addresses.map((address) => hosts.name(address))).toEqual([
    'client.example.net',
    'client6',
    undefined,
    undefined,
    undefined,
  ]);
  writeFileSync(path, '192.0.2.77 other\n');
  utimesSync(path, 1, 1);
  expect(hosts.name('192.0.2.77')).toBe('other');
  unlinkSync(path);
  expect(hosts.name('192.0.2.77')).toBe('other');
});

test('no file is no fault', () => {
  expect(new HostsFile('/nonexistent/hosts').name('192.0.2.77')).toBeUndefined();
});
