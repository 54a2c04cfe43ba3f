// node test/languages/main.ts FOLDER: a whole session with a server of each language, side by side in FOLDER/languages.html.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type SpokenSession, sessionPage } from './session-page.ts';
import { offeredLanguages, TalkativeServer } from './whole-session.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('languages: name the folder for the page: npm run languages -- FOLDER\n');
  process.exit(2);
}

const sessions: SpokenSession[] = [];
for (const tag of await offeredLanguages()) {
  await using server = await TalkativeServer.start('--language', tag);
  sessions.push({ tag, steps: await server.session() });
}
const page = join(folder, 'languages.html');
mkdirSync(folder, { recursive: true });
writeFileSync(page, sessionPage(sessions));
process.stdout.write(`${page}: ${sessions.length} languages, ${sessions[0]?.steps.length ?? 0} commands\n`);
