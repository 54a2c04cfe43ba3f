/**
 * Puts text between the two marks of a page: `<!-- NAME: npm run docs -->` and `<!-- /NAME -->`.
 * @throws Error where the page has no such marks.
 */
export function betweenMarks(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}: npm run docs -->\n`, `<!-- /${name} -->\n`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`there have to be two lines, ${begin.trim()} and ${end.trim()}`);
  return `${page.slice(0, from)}${begin}\n${text}\n${page.slice(to)}`;
}
