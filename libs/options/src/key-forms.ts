// Forms of the values in a configuration file [server-options §3.2].

/** What the value of a key looks like. */
export interface KeyForm {
  /** What is expected, for who wrote something else: `a number is`. */
  readonly expected: string;
  /** The value of the option. `null` where the text has another form; undefined where the option is not given. */
  read(text: string): string | undefined | null;
}

/** A key of the configuration file, and what stands behind it. */
export interface Key {
  readonly name: string;
  readonly form: KeyForm;
}

const TRUE = /^(?:yes|on|true|1)$/i;
const FALSE = /^(?:no|off|false|0)$/i;

function matching(expected: string, pattern: RegExp, join: (...parts: string[]) => string = (part) => part): KeyForm {
  return {
    expected,
    read(text) {
      const match = pattern.exec(text);
      return match === null ? null : join(...match.slice(1).filter((part) => part !== undefined));
    },
  };
}

const pair = (first: string, second: string): string => `${first}:${second}`;

/** `yes` gives the option with this value. */
export function yesFor(value: string): KeyForm {
  return {
    expected: 'yes or no is',
    read: (text) => (TRUE.test(text) ? value : FALSE.test(text) ? undefined : null),
  };
}

/** Whatever stands there, behind this beginning. */
export function pathBehind(beginning: string): KeyForm {
  return { expected: 'a path is', read: (text) => beginning + text };
}

/** Whatever stands there is the value. */
export function anything(expected: string): KeyForm {
  return { expected, read: (text) => text };
}

export const YES = yesFor('');
export const PATH = pathBehind('');
export const NUMBER = matching('a number is', /^(\d+)$/);
export const ONE_OR_TWO_NUMBERS = matching(
  'one number or two, UPLOAD DOWNLOAD, are',
  /^(\d+)(?:\s+(\d+))?$/,
  (...parts) => parts.join(':'),
);
export const SPACED_NUMBERS = matching('two numbers with a space between them are', /^(\d+)\s+(\d+)$/, pair);
export const COLON_NUMBERS = matching('two numbers with a colon between them are', /^(\d+):(\d+)$/, pair);
export const WORD = matching('one word is', /^(?:"([^"\s]+)"|([^"\s]\S*))$/);
export const FACILITY = matching('the name of a facility is', /^([A-Za-z0-9]+)$/);
export const CERTIFICATE_AND_KEY = matching(
  'two paths, CERTIFICATE KEY, are',
  /^(?:"([^",]+)"|([^\s",]+))\s+(?:"([^"]+)"|([^\s"]+))$/,
  (cert, key) => [cert, key].join(','),
);
