// Buckets as places where homes may lie: PATH=s3://BUCKET[/PREFIX][?NAME=VALUE…].
import { BadValue } from './values.ts';

/** A bucket, and the path under which homes in it are named. */
export interface StorageMount {
  /** Absolute, without a slash at its end. */
  readonly path: string;
  readonly bucket: string;
  /** What all keys begin with, without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  /** Of a store that is not Amazon's. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  /** Names the bucket in the path, not in the name of the host. */
  readonly pathStyle: boolean;
  /** Mebibytes of a part of an upload; undefined for what the library takes. */
  readonly partSize: number | undefined;
  /** What is larger is copied in parts of so many mebibytes; undefined for what the library takes. */
  readonly copyPartSize: number | undefined;
  /** Whether listings show the times that MFMT has set. */
  readonly exactTimes: boolean;
}

const EXPECTED = 'a mount, PATH=s3://BUCKET/PREFIX?endpoint=https://HOST, is';
const BUCKET = /^[\w.-]{3,63}$/;
const REGION = /^[a-z\d-]{1,64}$/i;
const ANSWERS = new Map([
  ['yes', true],
  ['no', false],
]);
const PARAMETERS = ['endpoint', 'region', 'path-style', 'part-size', 'copy-part-size', 'exact-times'] as const;

/** A mount. @param others Those before it: none lies in another. */
export function storageMount(text: string, others: readonly StorageMount[]): StorageMount {
  const [, path = '', address = ''] = /^(\/[^=]*)=(.*)$/s.exec(text) ?? [];
  const url = URL.parse(address);
  if (url?.protocol !== 's3:') throw new BadValue(EXPECTED);
  if (url.username !== '' || url.password !== '')
    throw new BadValue('a mount without credentials is (they come from the environment or files)');
  if (!BUCKET.test(url.hostname) || url.port !== '' || url.hash !== '') throw new BadValue(EXPECTED);
  const place = canonical(path);
  if (others.some((other) => isWithin(other.path, place) || isWithin(place, other.path)))
    throw new BadValue('a path in no other mount is');
  const given = parametersOf(url);
  const endpoint = endpointOf(given.get('endpoint'));
  const region = given.get('region');
  if (region !== undefined && !REGION.test(region)) throw new BadValue('region=NAME is');
  return {
    path: place,
    bucket: url.hostname,
    prefix: prefixOf(url),
    endpoint,
    region,
    pathStyle: answerOf('path-style', given, endpoint !== undefined),
    partSize: sizeOf('part-size', given, 256),
    copyPartSize: sizeOf('copy-part-size', given, 5120),
    exactTimes: answerOf('exact-times', given, false),
  };
}

/** Whether a path is another or below it. */
function isWithin(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`);
}

function canonical(path: string): string {
  const place = path.replace(/\/+$/, '');
  const names = place.split('/').slice(1);
  if (names.length === 0 || names.some((name) => name === '' || name === '.' || name === '..'))
    throw new BadValue('an absolute path below / without . and .. is');
  return place;
}

function prefixOf(url: URL): string {
  const escaped = url.pathname.replaceAll(/^\/+|\/+$/g, '');
  let prefix: string;
  try {
    prefix = decodeURIComponent(escaped);
  } catch {
    throw new BadValue(EXPECTED);
  }
  if (prefix !== '' && prefix.split('/').some((name) => name === '' || name === '.' || name === '..'))
    throw new BadValue('a prefix without empty names, . and .. is');
  return prefix;
}

function parametersOf(url: URL): Map<string, string> {
  const given = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (given.has(name) || !PARAMETERS.some((known) => known === name))
      throw new BadValue(`each of ${PARAMETERS.join(', ')} once is`);
    given.set(name, value);
  }
  return given;
}

function endpointOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  const isPlain = url?.username === '' && url.password === '' && url.pathname === '/' && url.search === '';
  if ((url?.protocol !== 'https:' && url?.protocol !== 'http:') || !isPlain)
    throw new BadValue('endpoint=https://HOST[:PORT] is');
  return url.origin;
}

function answerOf(name: string, given: ReadonlyMap<string, string>, otherwise: boolean): boolean {
  const text = given.get(name);
  const answer = text === undefined ? otherwise : ANSWERS.get(text);
  if (answer === undefined) throw new BadValue(`${name}=yes or ${name}=no is`);
  return answer;
}

function sizeOf(name: string, given: ReadonlyMap<string, string>, most: number): number | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,4}$/.test(text) || Number(text) < 5 || Number(text) > most)
    throw new BadValue(`${name}=MEBIBYTES, 5 to ${most}, is`);
  return Number(text);
}
