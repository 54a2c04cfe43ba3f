// Checks of what another process has sent: nothing is taken for what it should be, and what is not expected is refused.
import { normalizeAddress } from './address.ts';

/** A message that breaks the rules: whoever sent it is not to be trusted any more. */
export class MessageViolation extends Error {
  override readonly name = 'MessageViolation';
  readonly code = 'MESSAGE_VIOLATION';
}

/** Takes a value of unknown making for what it should be, or throws {@link MessageViolation}. */
export type Check<Value> = (value: unknown, field: string) => Value;

export type Checked<Of> = Of extends Check<infer Value> ? Value : never;

function violation(field: string, expected: string): MessageViolation {
  return new MessageViolation(`${field}: ${expected} expected`);
}

/** A string of at most so many UTF-16 units. */
export function text(limit: number): Check<string> {
  return (value, field) => {
    if (typeof value !== 'string' || value.length > limit) throw violation(field, `at most ${limit} characters`);
    return value;
  };
}

/** A string of a form. @param expected What it is, for people. */
export function matching(form: RegExp, expected: string, limit = 512): Check<string> {
  const characters = text(limit);
  return (value, field) => {
    const found = characters(value, field);
    if (!form.test(found)) throw violation(field, expected);
    return found;
  };
}

export function integer(min: number, max: number): Check<number> {
  return (value, field) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
      throw violation(field, `an integer from ${min} to ${max}`);
    return value;
  };
}

export const flag: Check<boolean> = (value, field) => {
  if (typeof value !== 'boolean') throw violation(field, 'true or false');
  return value;
};

export function oneOf<const Values extends readonly string[]>(...values: Values): Check<Values[number]> {
  return (value, field) => {
    const found = values.find((one) => one === value);
    if (found === undefined) throw violation(field, values.join(' or '));
    return found;
  };
}

/** Bytes, in base64. */
export function bytes(limit: number): Check<Buffer> {
  const characters = text(Math.ceil(limit / 3) * 4);
  return (value, field) => {
    const encoded = characters(value, field);
    const decoded = Buffer.from(encoded, 'base64');
    if (decoded.length > limit || decoded.toString('base64') !== encoded) throw violation(field, 'base64');
    return decoded;
  };
}

/** The address of a host, without zone. */
export const address: Check<string> = (value, field) => {
  if (typeof value !== 'string' || normalizeAddress(value) === undefined) throw violation(field, 'an address');
  return value;
};

export const port: Check<number> = integer(0, 65_535);

export function list<Value>(check: Check<Value>, limit: number): Check<readonly Value[]> {
  return (value, field) => {
    if (!Array.isArray(value) || value.length > limit) throw violation(field, `a list of at most ${limit}`);
    return value.map((item, index) => check(item, `${field}[${index}]`));
  };
}

/** What may be left out. */
export function optional<Value>(check: Check<Value>): Check<Value | undefined> {
  return (value, field) => (value === undefined ? undefined : check(value, field));
}

/** An object with exactly these fields. */
export function shape<Fields extends Readonly<Record<string, Check<unknown>>>>(
  fields: Fields,
): Check<{ readonly [Name in keyof Fields]: Checked<Fields[Name]> }> {
  const names = Object.keys(fields);
  return (value, field) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw violation(field, 'an object');
    const extra = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
    if (extra !== undefined) throw new MessageViolation(`${field}: no such field: ${extra.slice(0, 40)}`);
    const entries = names.map((name) => [name, fields[name]?.(Reflect.get(value, name), `${field}.${name}`)] as const);
    const checked: object = Object.fromEntries(entries);
    return isChecked(checked) ? checked : never(field);
  };

  /** Each field has just been made by its check. */
  function isChecked(object: object): object is { readonly [Name in keyof Fields]: Checked<Fields[Name]> } {
    return Object.keys(object).length === names.length;
  }
}

function never(field: string): never {
  throw violation(field, 'an object');
}
