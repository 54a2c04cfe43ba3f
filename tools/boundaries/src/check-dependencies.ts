/** The section of README.md with a row for each package of npm. */
const SECTION = /^## Dependencies\n([\s\S]*?)(?=^## )/m;

/** What a place that is no folder is called there. */
const ROOT = 'workspace';

/** What README.md says of each package: the places in its second column. */
function rows(readme: string): Map<string, string> {
  const [, section = ''] = SECTION.exec(readme) ?? [];
  return new Map(
    Array.from(section.matchAll(/^\| `([^`]+)` *\|([^|]*)\|[^|]*\|$/gm), ([, name = '', places = '']) => [
      name,
      places.replaceAll(/[` ]/g, '').split(',').toSorted().join(', '),
    ]),
  );
}

/**
 * Where the table of dependencies in README.md says something else than the package.json files, a line each.
 * @param declared Packages of npm that each folder declares; that of the root is ''. Those of types are passed over.
 */
export function checkDependencies(readme: string, declared: ReadonlyMap<string, readonly string[]>): string[] {
  const said = rows(readme);
  const users = new Map<string, string[]>();
  for (const [folder, names] of declared)
    for (const name of names.filter((one) => !one.startsWith('@types/')))
      users.set(name, [...(users.get(name) ?? []), folder === '' ? ROOT : folder]);
  const wrong = [...users].flatMap(([name, folders]) => {
    const places = folders.toSorted().join(', ');
    if (said.get(name) === places) return [];
    return [`README.md: the table of dependencies has no row for ${name} in ${places}`];
  });
  const gone = [...said.keys()].filter((name) => !users.has(name));
  return [...wrong, ...gone.map((name) => `README.md: nothing depends on ${name}, which has a row`)];
}
