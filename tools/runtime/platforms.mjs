// The packages with binaries for other platforms, in the lock file. Plain JavaScript for Node 18 and later.

const OPERATING_SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/**
 * @typedef {{ version?: string, optional?: boolean, dev?: boolean, os?: string[], cpu?: string[], libc?: string[],
 *   optionalDependencies?: Record<string, string> }} Entry
 */

/**
 * Whether a package is found from the folder of another, as Node looks for it.
 * @param {Record<string, Entry>} packages
 * @param {string} from
 * @param {string} name
 */
function isResolved(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}

/**
 * What the name of a package says about where it runs, like `@oxlint/binding-linux-x64-musl`; undefined when it says nothing.
 * @param {string} name
 * @returns {Pick<Entry, 'os' | 'cpu' | 'libc'> | undefined}
 */
export function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = OPERATING_SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  if (os.length !== 1 || cpu.length !== 1) return undefined;
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu'))
      ? ['glibc']
      : [];
  return os[0] === 'linux' && libc.length > 0 ? { os, cpu, libc } : { os, cpu };
}

/**
 * Adds the optional packages of other platforms that are missing in the packages of a lock file, and returns their names. npm
 * leaves out those which the registry at hand does not carry, and then `npm ci` refuses the file where they exist. What asks for
 * them pins their versions, so nothing is guessed; those that name no exact version or platform are left as they are.
 * @param {Record<string, Entry>} packages
 */
export function addPlatforms(packages) {
  /** @type {string[]} */
  const added = [];
  for (const [from, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const platform = platformOf(name);
      if (platform === undefined || !/^\d+\.\d+\.\d+$/.test(version) || isResolved(packages, from, name)) continue;
      const place = from.slice(0, from.lastIndexOf('node_modules/')) + `node_modules/${name}`;
      packages[place] = { version, ...(entry.dev === true ? { dev: true } : {}), optional: true, ...platform };
      added.push(name);
    }
  }
  return added;
}
