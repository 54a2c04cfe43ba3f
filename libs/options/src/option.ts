// What a row of the option table is. Parsing, the configuration, its file, the help and the pages of the manual are made of it.
import type { OptionSpec } from '@pure-ftpd/cli';

import { StartError } from './errors.ts';
import { anything, type Key, type KeyForm, YES } from './key-forms.ts';
import { BadValue } from './values.ts';

/** What the option is called and takes, and how it is told of. An option without a letter is ours: the C server has none. */
interface Described extends OptionSpec {
  readonly long: string;
  /** What one line cannot tell, for the README and the manual: sentences, with Markdown for code. */
  readonly notes?: string;
  /** Asks for something instead of setting it: a configuration file cannot. */
  readonly isRequest?: true;
  /** Of the C server, and not built yet. */
  readonly unsupported?: true;
  /** Its keys are none of Debian's wrapper, which reads a file for each key. */
  readonly notInDebian?: true;
}

/** @throws BadValue; StartError; what asks for something else than a start. */
type Change<Fields> = (value: string, now: Readonly<Fields>) => Partial<Fields>;

/** A row as it is written. */
interface Row<Fields extends object> extends Described {
  /** Its keys in the configuration file. One of ours has its name without dashes, unless others are named. */
  readonly keys?: Readonly<Record<string, KeyForm>>;
  /** The fields of the configuration that it sets, with what they are without it. Several rows may set the same. */
  readonly fields: Fields;
  /** What it changes: always the same, or by its value and what those before it have set. */
  readonly set: Partial<Fields> | Change<Fields>;
}

/** A row of the table, for a configuration that has (at least) these fields. */
export interface Option<Fields extends object> extends Described {
  readonly keys: readonly Key[];
  readonly fields: Partial<Fields>;
  /** @throws StartError; what asks for something else than a start. */
  readonly apply: (draft: Fields, value: string) => void;
}

/** The fields of all rows together. */
export type FieldsOf<Rows extends readonly { readonly apply: (draft: never, value: string) => void }[]> = [
  Rows[number]['apply'],
] extends [(draft: infer Fields extends object, value: string) => void]
  ? Fields
  : never;

/** Names the type of a field whose first value does not tell it. */
export function initially<Type>(value: Type): Type {
  return value;
}

/** A row of the table. */
export function option<Fields extends object>({ set, keys, ...row }: Row<Fields>): Option<Fields> {
  return {
    ...row,
    keys: keys === undefined ? ownKeys(row) : Object.entries(keys).map(([name, form]) => ({ name, form })),
    apply(draft, value) {
      try {
        Object.assign(draft, typeof set === 'function' ? set(value, draft) : set);
      } catch (error) {
        if (!(error instanceof BadValue)) throw error;
        throw new StartError(`${errorName(row)} ${JSON.stringify(value)}: ${error.message} expected`);
      }
    },
  };
}

/** Rows whose fields are together in one field of the configuration: `({ tls })`, and the way back. */
export function inOneField<Part extends object, Whole extends object>(
  rows: readonly Option<Part>[],
  whole: (part: Part) => Whole,
  part: (whole: Whole) => Part,
): Option<Whole>[] {
  const fields: Partial<Whole> = whole(initialFields(rows));
  return rows.map((row) => ({
    ...row,
    fields,
    apply(draft, value) {
      const changed = { ...part(draft) };
      row.apply(changed, value);
      Object.assign(draft, whole(changed));
    },
  }));
}

/** The configuration without any option. */
export function initialFields<Fields extends object>(rows: readonly Option<Fields>[]): Fields {
  return Object.assign({}, ...rows.map(({ fields }) => fields));
}

/** How errors name an option: `-c`, `--user`. */
function errorName({ short, long }: Described): string {
  return short === undefined ? `--${long}` : `-${short}`;
}

/** The key of an option of our own. */
function ownKeys({ short, long, argument, isRequest }: Described): Key[] {
  if (short !== undefined || isRequest === true) return [];
  return [{ name: long.replaceAll('-', ''), form: argument === undefined ? YES : anything(`${argument} is`) }];
}
