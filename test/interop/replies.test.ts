// The same command lines for the C daemon and for ours: the codes of all replies, and what is left on disk.
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { buildDatabase } from '@pure-ftpd/puredb';
import { expect, test } from 'vitest';
import { compareRuns, mapSome, type Observation, parseScript, report } from '../support/differential.ts';
import { c, ours, type Side } from '../support/programs.ts';
import { startDaemon } from '../support/servers.ts';
import { differences, publicDifferences } from './replies/differences.ts';
import { describeHome, makeHome } from './replies/home.ts';
import { runSection } from './replies/runner.ts';

function readScript(name: string): ReturnType<typeof parseScript> {
  return parseScript(readFileSync(join(import.meta.dirname, 'replies', name), 'latin1'));
}

const script = readScript('commands.txt');
const publicScript = readScript('anonymous.txt');

/** The password `golden`. */
const HASH = '$1$golden00$DPibADmVwkcjtPf6igkkJ.';

/** Other names of directories, for the sections that are about them. */
const ALIASES = '# aliases\ninner\n/sub\n\nsub\n/with space\nnowhere\n/nosuch\nrelative\nsub\n';

/** How many sessions at once. */
const AT_ONCE = 4;

/** Runs the whole script on the daemon of one side. */
async function run(side: Side): Promise<Observation[]> {
  using folder = tempFolder();
  const homes = script.map((_, index) => folder.file(`user${index}`));
  const lines = homes.map((home, index) => `user${index}:${HASH}:3001:3001::${home}/./::::::::::::\n`);
  for (const home of homes) {
    mkdirSync(home);
    makeHome(home);
  }
  writeFileSync(folder.file('text'), lines.join(''));
  await buildDatabase(folder.file('text'), folder.file('db'));
  chownSync(folder.file('db'), 3001, 3001);
  await using daemon = await startDaemon(side, { args: ['-l', `puredb:${folder.file('db')}`, '-E', '-A'] });
  const sections = await mapSome([...script.entries()], AT_ONCE, async ([index, section]) => {
    const observations = await runSection(daemon.port, section, `user${index}`);
    const left = { section: section.name, line: '(home)', result: describeHome(homes[index] ?? '').join('\n') };
    return [...observations, left];
  });
  return sections.flat();
}

/** Runs the sections for anonymous users, each on a daemon and a home of its own. */
async function runPublic(side: Side): Promise<Observation[]> {
  return mapSome(publicScript, 2, async (section) => {
    using folder = tempFolder();
    const home = folder.file('home');
    mkdirSync(home);
    makeHome(home);
    writeFileSync(folder.file('text'), `alice:${HASH}:3001:3001::${home}/./\n`);
    await buildDatabase(folder.file('text'), folder.file('db'));
    chownSync(folder.file('db'), 3001, 3001);
    const only = section.name.includes('only') ? ['-e'] : [];
    const aliases = section.name.includes('aliases') ? { aliases: ALIASES } : {};
    await using daemon = await startDaemon(side, {
      args: ['-l', `puredb:${folder.file('db')}`, ...only],
      anonymousHome: home,
      ...aliases,
    });
    const observations = await runSection(daemon.port, section, 'ftp');
    return [...observations, { section: section.name, line: '(home)', result: describeHome(home).join('\n') }];
  }).then((sections) => sections.flat());
}

describeWith(['root', 'pure-ftpd'], 'replies beside the C daemon', () => {
  test('every line of commands.txt has the same codes, but for what is decided', async () => {
    const [theirs, own] = await Promise.all([run(c), run(ours)]);
    expect(report(compareRuns(theirs, own, differences))).toBe('');
  });

  test('so has every line of anonymous.txt', async () => {
    const [theirs, own] = await Promise.all([runPublic(c), runPublic(ours)]);
    expect(report(compareRuns(theirs, own, publicDifferences))).toBe('');
  });
});
