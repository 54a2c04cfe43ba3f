// Judges logins as the daemon's monitor does: `judge-logins.ts METHOD...`, the logins in the file that JUDGE_LOGINS names,
// as [login, password] pairs; prints what came of each. `judge-logins.ts pam-helper` is its helper.
import { readFileSync } from 'node:fs';

import {
  AuthChain,
  createBackend,
  type LoginMethod,
  LoginService,
  OpeningBackend,
  PamPool,
  parseLoginMethod,
  runPamHelper,
  spawnHelper,
} from '@pure-ftpd/auth';

async function judge(methods: readonly string[], logins: readonly (readonly [string, string])[]): Promise<void> {
  await using pool = new PamPool({ start: () => spawnHelper([import.meta.filename, 'pam-helper'], {}) });
  const services = {
    pamPool: () => pool,
    accountServer: (method: LoginMethod, computesHashes: boolean) => new OpeningBackend(method, computesHashes),
  };
  const backends = methods.map((method) => createBackend(parseLoginMethod(method), services));
  const service = new LoginService(new AuthChain(backends), { perSource: 1000, total: 1000 });
  const results = await Promise.all(
    logins.map(async ([login, password]) => {
      const ends = { localAddress: '127.0.0.1', localPort: 21, clientAddress: '127.0.0.1', encrypted: false };
      const result = await service.authenticate({ login, password: Buffer.from(password), ...ends }, 0);
      if (result.kind === 'accepted') await result.session?.close();
      return [login, result.kind];
    }),
  );
  console.log(JSON.stringify(Object.fromEntries(results)));
}

const [...words] = process.argv.slice(2);
if (words[0] === 'pam-helper') runPamHelper();
else await judge(words, JSON.parse(readFileSync(process.env['JUDGE_LOGINS'] ?? '', 'utf8')));
