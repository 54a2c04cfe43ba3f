// The pages of the reference, from what TypeDoc knows of the sources.
import { relative } from 'node:path';

import {
  type Comment,
  DeclarationReflection,
  type ProjectReflection,
  type Reflection,
  ReflectionKind,
  type SignatureReflection,
} from 'typedoc';

import { commentText, type Linker, partsText } from './comment-text.ts';
import { type Page, PAGES } from './pages.ts';
import { memberText, signatureText, typeText } from './type-text.ts';

/**
 * Every page, by the name of its file.
 * @param libraries The folder of the libraries.
 * @throws Error for a name that no page is for.
 */
export function renderReference(project: ProjectReflection, libraries: string): Map<string, string> {
  const declarations = (project.children ?? []).filter((child) => child instanceof DeclarationReflection);
  const pages = new Map<Reflection, Page>(declarations.map((one) => [one, pageOf(one, libraries)]));
  const linkFrom =
    (from: Page): Linker =>
    (target) => {
      const named = withParents(target).find((one) => pages.has(one));
      const page = named === undefined ? undefined : pages.get(named);
      if (named === undefined || page === undefined) return undefined;
      return `${page === from ? '' : `${page.name}.md`}#${named.name.toLowerCase()}`;
    };
  const files = new Map([['README.md', contents(declarations, pages)]]);
  for (const page of PAGES) {
    const own = declarations.filter((one) => pages.get(one) === page);
    const sections = own.map((one) => section(one, linkFrom(page)));
    files.set(`${page.name}.md`, [`# ${page.title}`, page.about, ...sections, ''].join('\n\n').trimEnd() + '\n');
  }
  return files;
}

function pageOf(declaration: DeclarationReflection, libraries: string): Page {
  const [source] = declaration.sources ?? [];
  const path = relative(libraries, source?.fullFileName ?? '');
  const page = PAGES.find(({ sources }) => sources.some((beginning) => path.startsWith(beginning)));
  if (page === undefined) throw new Error(`no page of the reference is for ${declaration.name} of ${path}`);
  return page;
}

function withParents(reflection: Reflection): Reflection[] {
  return reflection.parent === undefined ? [reflection] : [reflection, ...withParents(reflection.parent)];
}

function contents(declarations: readonly DeclarationReflection[], pages: ReadonlyMap<Reflection, Page>): string {
  const lists = PAGES.map((page) => {
    const names = declarations
      .filter((one) => pages.get(one) === page)
      .map(({ name }) => `[\`${name}\`](${page.name}.md#${name.toLowerCase()})`);
    return `## [${page.title}](${page.name}.md)\n\n${page.about}\n\n${names.join(' · ')}`;
  });
  const about =
    'Everything that `@pure-ftpd/server` exports, from its docstrings. Made by `npm run reference`; changes belong in the sources.';
  return ['# Reference', about, ...lists].join('\n\n') + '\n';
}

/** What is told of one exported name. */
function section(declaration: DeclarationReflection, link: Linker): string {
  const { name, kind } = declaration;
  const parts = [`## ${name}`, code(head(declaration))];
  if (kind === ReflectionKind.Function)
    parts.push(...(declaration.signatures ?? []).map((signature) => callText(signature, link)));
  else parts.push(commentText(declaration.comment, link), ...members(declaration, link));
  return parts.filter((part) => part !== '').join('\n\n');
}

function head(declaration: DeclarationReflection): string {
  const { name, kind, type, typeParameters = [] } = declaration;
  const types = typeParameters.map((one) =>
    one.type === undefined ? one.name : `${one.name} extends ${typeText(one.type)}`,
  );
  const generic = types.length === 0 ? '' : `<${types.join(', ')}>`;
  const above =
    declaration.extendedTypes?.filter((one) => one.type !== 'reference' || one.reflection !== undefined) ?? [];
  const base = above.length === 0 ? '' : ` extends ${above.map(typeText).join(', ')}`;
  if (kind === ReflectionKind.Class)
    return `${declaration.flags.isAbstract ? 'abstract ' : ''}class ${name}${generic}${base}`;
  if (kind === ReflectionKind.Interface) return `interface ${name}${generic}${base}`;
  if (kind === ReflectionKind.TypeAlias) return aliasText(name + generic, declaration);
  if (kind === ReflectionKind.Function)
    return (declaration.signatures ?? []).map((one) => `function ${name}${signatureText(one)}`).join('\n');
  return `const ${name}: ${typeText(type)}`;
}

/** Each part of a union on a line of its own, where one line would be too long. */
function aliasText(name: string, { type }: DeclarationReflection): string {
  const text = `type ${name} = ${typeText(type)}`;
  if (text.length <= 100 || type?.type !== 'union') return text;
  return [`type ${name} =`, ...type.types.map((one) => `  | ${typeText(one)}`)].join('\n');
}

/** Kinds of members, in their order. */
const GROUPS: readonly (readonly [string, (member: DeclarationReflection) => boolean])[] = [
  ['', ({ kind }) => kind === ReflectionKind.Constructor],
  ['Settings', ({ flags, signatures }) => flags.isStatic && signatures === undefined],
  ['Hooks', ({ name }) => /^on[A-Z]/.test(name)],
  ['Commands', ({ name }) => name.startsWith('ftp_')],
  ['Fields', ({ signatures }) => signatures === undefined],
  ['Methods', () => true],
];

function members(declaration: DeclarationReflection, link: Linker): string[] {
  const groups = new Map<string, DeclarationReflection[]>(GROUPS.map(([title]) => [title, []]));
  for (const member of (declaration.children ?? []).filter((one) => !isOfExported(one, declaration))) {
    const group = GROUPS.find(([, isOf]) => isOf(member));
    groups.get(group?.[0] ?? '')?.push(member);
  }
  const isClass = declaration.kind === ReflectionKind.Class;
  return [...groups].flatMap(([title, list]) => {
    if (list.length === 0) return [];
    const heading = title === '' || !isClass ? [] : [`### ${title} of ${declaration.name}`];
    return [
      ...heading,
      title === 'Commands' ? commandList(list) : list.map((one) => memberEntry(one, link)).join('\n'),
    ];
  });
}

/** Whether a member is told of where the type is that it is inherited from. */
function isOfExported({ inheritedFrom }: DeclarationReflection, { project }: DeclarationReflection): boolean {
  const above = inheritedFrom?.reflection?.parent;
  return above !== undefined && (project.children ?? []).some((one) => one === above);
}

/** All of a kind: a line for each would say nothing more. */
function commandList(list: readonly DeclarationReflection[]): string {
  const names = list.map(({ name }) => `\`${name}\``);
  return `Each takes the argument of its verb, and answers a \`CommandResult\`: ${names.join(', ')}.`;
}

function memberEntry(member: DeclarationReflection, link: Linker): string {
  const [signature] = member.signatures ?? [];
  const text =
    member.kind === ReflectionKind.Constructor && signature !== undefined
      ? `new ${member.parent?.name}${signatureText(signature)}`
      : memberText(member);
  const told = signature === undefined ? commentText(commentOf(member), link) : callText(signature, link);
  const initial = initialValue(member);
  const said = [initial, told].filter((part) => part !== '').join(' ');
  return `- \`${text}\`${said === '' ? '' : `<br>\n${said}`}`.replaceAll(/\n(?=[^\n])/g, '\n  ');
}

function commentOf(member: DeclarationReflection): Comment | undefined {
  return member.comment ?? member.getSignature?.comment ?? member.setSignature?.comment;
}

function initialValue({ flags, defaultValue }: DeclarationReflection): string {
  if (!flags.isStatic || defaultValue === undefined || defaultValue === '...' || defaultValue.length > 60) return '';
  return `\`${defaultValue}\` unless set.`;
}

/** What a call does, with what its parameters are. */
function callText(signature: SignatureReflection, link: Linker): string {
  const parameters = (signature.parameters ?? []).flatMap(({ name, comment }) => {
    const text = partsText(comment?.summary ?? [], link);
    return text === '' ? [] : [`- \`${name.replace(/^_/, '')}\`: ${text}`];
  });
  const text = commentText(signature.comment, link);
  return [text, parameters.join('\n')].filter((part) => part !== '').join('\n\n');
}

function code(text: string): string {
  return `\`\`\`ts\n${text}\n\`\`\``;
}
