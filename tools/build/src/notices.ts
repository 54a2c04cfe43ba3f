import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A package of npm whose code is in a bundle. */
interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly license: string;
  /** Address of its sources; empty where it says none. */
  readonly repository: string;
  /** Text of its licence, and of what it wants to be told besides. */
  readonly texts: readonly string[];
}

/** Files in which packages keep their licence and notices. */
const LEGAL = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** The folder of the package that a file belongs to, where it is one of npm. */
function packageFolder(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
}

function fieldOf(manifest: unknown, name: string): unknown {
  return typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, name) : undefined;
}

function field(manifest: unknown, name: string): string {
  const value = fieldOf(manifest, name);
  return typeof value === 'string' ? value : '';
}

/** Some packages have their licence at the end of their README. */
function licenceInReadme(folder: string): string[] {
  const readme = readdirSync(folder).find((name) => /^readme(\.md)?$/i.test(name));
  if (readme === undefined) return [];
  const text = /^#+ *licen[cs]e\b[^\n]*\n(?<text>.*?)(?=^#|(?![^]))/ims.exec(readFileSync(join(folder, readme), 'utf8'))
    ?.groups?.['text'];
  return text === undefined || !/copyright/i.test(text) ? [] : [text.trim()];
}

/** Some have it in their repository alone: it was copied from there. */
function licenceWeKeep(name: string): string[] {
  const file = join(import.meta.dirname, '..', 'licences', `${name.replace('/', '+')}.txt`);
  return existsSync(file) ? [readFileSync(file, 'utf8').trim()] : [];
}

function readPackage(folder: string): Bundled {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter((name) => LEGAL.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim());
  if (texts.length === 0) texts.push(...licenceInReadme(folder));
  if (texts.length === 0) texts.push(...licenceWeKeep(field(manifest, 'name')));
  return {
    name: field(manifest, 'name'),
    version: field(manifest, 'version'),
    license: field(manifest, 'license'),
    repository: field(fieldOf(manifest, 'repository'), 'url'),
    folder,
    texts,
  };
}

/** Packages of one repository that name the same licence have one text, which some of them leave out. */
function withLicence(bundled: Bundled, all: readonly Bundled[]): Bundled {
  const { folder, license, repository, texts } = bundled;
  if (texts.length > 0) return bundled;
  const other = all.find((one) => one.repository === repository && one.license === license && one.texts.length > 0);
  if (repository === '' || other === undefined)
    throw new Error(`${folder} has no licence that could go with a program it is bundled into`);
  return { ...bundled, texts: other.texts };
}

const RULE = '-'.repeat(78);

/**
 * The notices that go with a bundle: our licence, then those of the packages of npm whose code is in it.
 * @param own text of our licence
 * @param inputs files the bundle was made of, with slashes
 * @throws Error for a package without a licence: its code may not be given away.
 */
export function notices(program: string, own: string, inputs: readonly string[]): string {
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined));
  const read = [...folders].map(readPackage);
  const bundled = read
    .map((one) => withLicence(one, read))
    .sort((one, other) => one.name.localeCompare(other.name, 'en'));
  const parts = [`${program}\n\n${own.trim()}\n`];
  for (const { name, version, license, texts } of bundled)
    parts.push(`${name} ${version} (${license}), parts of which are in ${program}\n\n${texts.join('\n\n')}\n`);
  return parts.join(`\n${RULE}\n`);
}
