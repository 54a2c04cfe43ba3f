import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TempFolder, tempFolder } from '@pure-ftpd/peers';

/** The accounts that the samples were made with. */
const PASSWD = `root:x:0:0:root:/root:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
ftpuser:x:3001:3001::/srv/ftp:/usr/sbin/nologin
otheruser:x:3002:3002::/srv/ftp:/usr/sbin/nologin
`;
const GROUP = 'root:x:0:\nnogroup:x:65534:\nftpgroup:x:3001:\nothergrp:x:3002:\n';
const HOSTS = `127.0.0.1 localhost
192.0.2.10 ftp.example.org
2001:db8::10 ftp6.example.org
192.0.2.77 client.example.net
2001:db8::77 client6.example.net
`;

/** Names come from the files above alone: no test asks a resolver of the network. */
const NSSWITCH = 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n';

/** The accounts, with `ftp` before all: its files belong to the user 3001. */
export function accountsWithFtp(home: string): { readonly passwd: string } {
  return { passwd: `ftp:x:3001:3001::${home}:/usr/sbin/nologin\n${PASSWD}` };
}

/** A folder to lay over /etc: the accounts and hosts of the samples, and further files, by their path below /etc. */
export function etcFolder(files: Readonly<Record<string, string>> = {}): TempFolder {
  const folder = tempFolder();
  const all = { passwd: PASSWD, group: GROUP, shadow: '', hosts: HOSTS, 'nsswitch.conf': NSSWITCH, ...files };
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true });
    writeFileSync(join(folder.path, name), content, { encoding: 'latin1', mode: name === 'shadow' ? 0o600 : 0o644 });
  }
  return folder;
}
