import { digitAt } from './crypt64.ts';
import { parseScryptCosts, scryptMemory } from './scrypt-string.ts';

/** What crypt() will need for a stored hash, and the part of it that holds no secret. */
export interface CryptSetting {
  /** The stored string without the hash: what crypt() takes to compute another one of the same cost. */
  readonly setting: string;
  /** Bytes. */
  readonly memory: number;
  /** Rough milliseconds on a slow core. */
  readonly time: number;
}

// libcrypt's own limit for what it returns is 384 bytes.
const MAX_LENGTH = 383;
// Every character a setting may hold; libcrypt refuses the same ones.
const PRINTABLE = /^[\x21-\x7e]+$/;
const FORBIDDEN = /[:;*!\\]/;
// The work area of crypt_r().
const WORK_AREA = 32 * 1024;

const FIXED = { memory: WORK_AREA, time: 10 };

type Costs = Omit<CryptSetting, 'setting'>;

interface Scheme {
  /** What the stored strings look like; the first group is the setting. */
  readonly form: RegExp;
  readonly costs: (stored: string, match: RegExpExecArray) => Costs | undefined;
}

/** Schemes whose time is a number of rounds: `microseconds` for each. */
function rounds(defaultRounds: number, microseconds: number): Scheme['costs'] {
  return (_stored, match) => {
    const count = match[2] === undefined ? defaultRounds : Number(match[2]);
    return { memory: WORK_AREA, time: (count * microseconds) / 1000 };
  };
}

// A closed list: a scheme whose cost we cannot tell is not handed to the C library.
// https://manpages.debian.org/crypt.5
const SCHEMES: readonly Scheme[] = [
  { form: /^(\$g?y\$[./0-9A-Za-z]+\$[./0-9A-Za-z]*\$)[./0-9A-Za-z]{43}$/, costs: yescryptCosts },
  { form: /^(\$7\$[./0-9A-Za-z]{11}[^$]*\$)[./0-9A-Za-z]{43}$/, costs: scryptCosts },
  {
    form: /^(\$2[abxy]\$([0-9]{2})\$[./0-9A-Za-z]{22})[./0-9A-Za-z]{31}$/,
    costs: (_stored, match) => ({ memory: WORK_AREA, time: 2 ** Number(match[2]) * 0.08 }),
  },
  { form: /^(\$[56]\$(?:rounds=([0-9]{1,9})\$)?[^$]{0,16}\$)[./0-9A-Za-z]{43,86}$/, costs: rounds(5000, 1) },
  { form: /^(\$sha1\$([0-9]{1,10})\$[./0-9A-Za-z]{0,64}\$)[./0-9A-Za-z]{28}$/, costs: rounds(0, 1) },
  { form: /^(\$md5(?:,rounds=([0-9]{1,10}))?\$[^$]{0,64}\${1,2})[./0-9A-Za-z]{22}$/, costs: sunMd5Costs },
  { form: /^(\$1\$[^$]{0,8}\$)[./0-9A-Za-z]{22}$/, costs: () => FIXED },
  { form: /^(\$3\$[^$]*\$)[0-9a-f]{32}$/, costs: () => FIXED },
  { form: /^(_[./0-9A-Za-z]{8})[./0-9A-Za-z]{11}$/, costs: () => ({ memory: WORK_AREA, time: 10_000 }) },
  // Traditional DES, and its form for passwords of more than eight bytes.
  { form: /^([./0-9A-Za-z]{2})(?:[./0-9A-Za-z]{11}){1,16}$/, costs: () => FIXED },
];

/**
 * Recognises a stored hash of the schemes of crypt(3). Undefined for everything else: plain text, `*`, `!…`, `x`,
 * hexadecimal digests, truncated hashes.
 */
export function parseCryptSetting(stored: string): CryptSetting | undefined {
  if (stored.length > MAX_LENGTH || !PRINTABLE.test(stored) || FORBIDDEN.test(stored)) {
    return undefined;
  }
  for (const { form, costs } of SCHEMES) {
    const match = form.exec(stored);
    if (match !== null) {
      const found = costs(stored, match);
      return found === undefined ? undefined : { setting: match[1] ?? '', ...found };
    }
  }
  return undefined;
}

/** Sun's MD5 adds 4096 rounds to the number given. */
function sunMd5Costs(_stored: string, match: RegExpExecArray): Costs {
  return { memory: WORK_AREA, time: ((Number(match[2] ?? 0) + 4096) * 4) / 1000 };
}

function scryptCosts(stored: string): Costs | undefined {
  const costs = parseScryptCosts(stored);
  if (costs === undefined) {
    return undefined;
  }
  return { memory: scryptMemory(costs), time: memoryTime(128 * costs.r * 2 ** costs.logN * costs.p * 2) };
}

/** Milliseconds to write and read so many bytes in the way memory-hard functions do: a KiB in a microsecond. */
export function memoryTime(bytes: number): number {
  return bytes / 1024 / 1000;
}

/** Reads the numbers of the parameter section of `$y$` and `$gy$` one after the other. */
class YescryptNumbers {
  readonly #text: string;
  #index: number;

  constructor(text: string, index: number) {
    this.#text = text;
    this.#index = index;
  }

  get atEnd(): boolean {
    return this.#text.charAt(this.#index) === '$';
  }

  /**
   * One number of variable length, its smallest value being `min`. The first digit tells how many follow: 48 first
   * digits stand alone, then each further length has half of the digits that remain.
   */
  next(min: number): number | undefined {
    let digit = digitAt(this.#text, this.#index);
    if (digit === undefined) {
      return undefined;
    }
    let first = 0;
    let last = 47;
    let value = min;
    let following = 0;
    while (digit > last) {
      value += (last + 1 - first) * 64 ** following;
      first = last + 1;
      last = first + Math.floor((62 - last) / 2);
      following += 1;
    }
    value += (digit - first) * 64 ** following;
    for (let place = following - 1; place >= 0; place -= 1) {
      this.#index += 1;
      digit = digitAt(this.#text, this.#index);
      if (digit === undefined) {
        return undefined;
      }
      value += digit * 64 ** place;
    }
    this.#index += 1;
    return value;
  }
}

/** yescrypt: flavour, log2(N), r, and optionally which of p, t, g and a ROM follow. */
function yescryptCosts(stored: string): Costs | undefined {
  const numbers = new YescryptNumbers(stored, stored.indexOf('$', 1) + 1);
  const flavour = numbers.next(0);
  const logN = numbers.next(1);
  const r = numbers.next(1);
  if (flavour === undefined || logN === undefined || r === undefined || logN > 63) {
    return undefined;
  }
  let p = 1;
  let t = 0;
  if (!numbers.atEnd) {
    const present = numbers.next(1);
    // Upgraded hashes and ROMs (4, 8) do not exist outside of special builds.
    if (present === undefined || present > 3) {
      return undefined;
    }
    p = present & 1 ? (numbers.next(2) ?? Number.NaN) : 1;
    t = present & 2 ? (numbers.next(1) ?? Number.NaN) : 0;
    if (Number.isNaN(p) || Number.isNaN(t) || !numbers.atEnd) {
      return undefined;
    }
  }
  const memory = 128 * r * (2 ** logN + p) + WORK_AREA;
  return { memory, time: memoryTime(memory * (t + 2)) };
}
