// pure-pw as it is, on a system whose users and groups are those of the recorded sessions.
import { rawArguments } from '@pure-ftpd/cli';
import { decodeName } from '@pure-ftpd/protocol';
import type { Identities } from '@pure-ftpd/puredb/identities';
import { run } from '../run.ts';

const USERS: Readonly<Record<string, { uid: number; gid: number }>> = {
  root: { uid: 0, gid: 0 },
  ftpuser: { uid: 3001, gid: 3001 },
  otheruser: { uid: 3002, gid: 3002 },
};
const GROUPS: Readonly<Record<string, number>> = { root: 0, ftpgroup: 3001, othergrp: 3002 };

const identities: Identities = {
  user: async (name) => USERS[name],
  group: async (name) => GROUPS[name],
  userName: async (uid) => Object.keys(USERS).find((name) => USERS[name]?.uid === uid),
  groupName: async (gid) => Object.keys(GROUPS).find((name) => GROUPS[name] === gid),
};

process.exitCode = await run(rawArguments().map(decodeName), identities);
