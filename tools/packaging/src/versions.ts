/**
 * The text of a package.json, or of the lock file, with another version of these packages: their own, and where one needs another.
 * Versions of other packages stay, also where they are the same.
 */
export function withVersion(text: string, names: readonly string[], before: string, after: string): string {
  const named = new RegExp(`("(?:${names.map(escaped).join('|')})": )"${escaped(before)}"`, 'g');
  const own = new RegExp(`("name": "(?:${names.map(escaped).join('|')})",\\s+"version": )"${escaped(before)}"`, 'g');
  return text.replaceAll(named, `$1"${after}"`).replaceAll(own, `$1"${after}"`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}
