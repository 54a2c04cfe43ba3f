/** What the layout in README.md says of each directory: the names in its last column. */
function rows(readme: string): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [, folder = '', imports = ''] of readme.matchAll(/^\| `([^`]+)`\s*\|[^|]*\|([^|]*)\|$/gm)) {
    found.set(
      folder,
      Array.from(imports.matchAll(/`([^`]+)`/g), ([, name = '']) => name),
    );
  }
  return found;
}

/**
 * Where the layout in README.md says something else than the one that is checked, a line each.
 * @param mayImport what each library may import, by folder
 */
export function checkReadme(
  readme: string,
  folders: readonly string[],
  mayImport: Readonly<Record<string, readonly string[]>>,
): string[] {
  const said = rows(readme);
  const gone = [...said.keys()].filter(
    (folder) => folder.includes('/') && !folder.startsWith('@') && !folders.includes(folder),
  );
  const wrong = folders.flatMap((folder) => {
    const row = said.get(folder);
    if (row === undefined) return [`README.md: the layout has no row for ${folder}`];
    const names = mayImport[folder]?.map((library) => library.replace('libs/', '')).sort();
    if (names === undefined || names.join() === row.toSorted().join()) return [];
    return [`README.md: ${folder} may import ${names.join(', ')}, says tools/boundaries/src/layout.ts`];
  });
  return [...wrong, ...gone.map((folder) => `README.md: the layout has a row for ${folder}, which is not there`)];
}
