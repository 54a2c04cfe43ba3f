// The state of a session as a table: a row for each field says what it begins with, when it goes back to that, and how another
// process that serves the session gets it.
import type { FactSelection, Spoken } from '@pure-ftpd/protocol';

import type { Check } from '@pure-ftpd/protocol/checks';

/** What fields begin with depends on. */
export interface SlotSettings {
  readonly timeout: number;
  readonly defaultFacts: FactSelection;
  /** The languages of replies; undefined where there is one. */
  readonly words: { readonly initial: string } | undefined;
  /** The charsets of clients and of names on disk; undefined where both are UTF-8. */
  readonly charsets: { readonly initial: Spoken } | undefined;
}

/** How a field goes to another process. */
export interface Move<Value, Sent> {
  /** Whoever keeps account of the sessions knows it, and takes no process's word for it. */
  readonly known: boolean;
  /** What is taken for it there. */
  readonly check: Check<Sent>;
  send(value: Value): Sent;
  take(sent: Sent): Value;
}

/** One field of the state of a session. */
export interface Slot<Value, Sent = unknown> {
  readonly initial: (settings: SlotSettings) => Value;
  /** It is the user's: who comes next begins anew (REIN, USER). */
  readonly ofUser?: true;
  /** Without it the field stays in its process. */
  readonly moves?: Move<Value, Sent>;
}

export type Slots = Readonly<Record<string, Slot<unknown>>>;

/** The fields of a table. */
export type StateOf<Table extends Slots> = { -readonly [Name in keyof Table]: ReturnType<Table[Name]['initial']> };

/** What goes to another process of them. */
export type MovedOf<Table extends Slots> = {
  readonly [Name in keyof Table as Table[Name] extends { readonly moves: object } ? Name : never]: SentOf<Table[Name]>;
};

/** What the process that gives a session away says of it; the rest is known. */
export type SaidOf<Table extends Slots> = {
  readonly [
    Name in keyof Table as Table[Name] extends { readonly moves: { readonly known: false } } ? Name : never
  ]: SentOf<Table[Name]>;
};

type SentOf<Row> = Row extends { readonly moves: { readonly check: Check<infer Sent> } } ? Sent : never;

/** Moves as it is. */
export function said<Value>(check: Check<Value>): Move<Value, Value> & { readonly known: false } {
  return { known: false, check, send: same, take: same };
}

/** Moves as something else. */
export function saidAs<Value, Sent>(
  check: Check<Sent>,
  send: (value: Value) => Sent,
  take: (sent: Sent) => Value,
): Move<Value, Sent> & { readonly known: false } {
  return { known: false, check, send, take };
}

/** Moves as it is, and is known. */
export function known<Value>(check: Check<Value>): Move<Value, Value> & { readonly known: true } {
  return { known: true, check, send: same, take: same };
}

function same<Value>(value: Value): Value {
  return value;
}

/** The rows of the tables there are, by table: each session goes through them several times. */
const rowsOfTables = new WeakMap<Slots, readonly (readonly [name: string, slot: Slots[string]])[]>();

function rowsOf(slots: Slots): readonly (readonly [name: string, slot: Slots[string]])[] {
  let rows = rowsOfTables.get(slots);
  if (rows === undefined) {
    rows = Object.entries(slots);
    rowsOfTables.set(slots, rows);
  }
  return rows;
}

/** Makes the fields of a session that begins. */
export function begin(session: object, slots: Slots, settings: SlotSettings): void {
  if (!hasFields(session)) return;
  for (const [name, { initial }] of rowsOf(slots)) session[name] = initial(settings);
}

/** What another process is told of a session that has just begun. */
export function freshState<Table extends Slots>(slots: Table, settings: SlotSettings): MovedOf<Table> {
  const session = {};
  begin(session, slots, settings);
  return movedState(slots, session);
}

/** Forgets what is the user's. */
export function forgetUser(session: object, slots: Slots, settings: SlotSettings): void {
  if (!hasFields(session)) return;
  for (const [name, { initial, ofUser }] of rowsOf(slots)) if (ofUser === true) session[name] = initial(settings);
}

/** Any object has; V8 sets a field by its name five times as fast as `Reflect.set` does. */
function hasFields(session: object): session is Record<string, unknown> {
  return typeof session === 'object';
}

/** What another process needs of a session. */
export function movedState<Table extends Slots>(slots: Table, session: object): MovedOf<Table> {
  const names = Object.keys(slots).filter((name) => slots[name]?.moves !== undefined);
  const moved: object = Object.fromEntries(
    names.map((name) => [name, slots[name]?.moves?.send(Reflect.get(session, name))]),
  );
  if (!hasAll(moved)) throw new TypeError('a field of a session has got lost');
  return moved;

  /** Each field has just been put there. */
  function hasAll(object: object): object is MovedOf<Table> {
    return Object.keys(object).length === names.length;
  }
}

/** The part of it that the process itself says. */
export function saidPart<Table extends Slots>(slots: Table, moved: MovedOf<Table>): SaidOf<Table> {
  const names = Object.keys(slots).filter((name) => slots[name]?.moves?.known === false);
  const part: object = Object.fromEntries(names.map((name) => [name, Reflect.get(moved, name)]));
  if (!hasAll(part)) throw new TypeError('a field of a session has got lost');
  return part;

  /** Each field has just been put there. */
  function hasAll(object: object): object is SaidOf<Table> {
    return Object.keys(object).length === names.length;
  }
}

/** Makes a session what it was in another process. */
export function takeState(session: object, slots: Slots, moved: object): void {
  if (!hasFields(session) || !hasFields(moved)) return;
  for (const [name, { moves }] of rowsOf(slots)) {
    if (moves !== undefined && Object.hasOwn(moved, name)) session[name] = moves.take(moved[name]);
  }
}

/** The checks of what the process that gives a session away says of it. */
export function saidChecks<Table extends Slots>(
  slots: Table,
): { readonly [Name in keyof SaidOf<Table>]: Check<SaidOf<Table>[Name]> } {
  const rows = Object.entries(slots).flatMap(([name, { moves }]) =>
    moves?.known === false ? [[name, moves.check] as const] : [],
  );
  const checks: object = Object.fromEntries(rows);
  if (!hasAll(checks)) throw new TypeError('a check of a session has got lost');
  return checks;

  /** Each check has just been put there. */
  function hasAll(object: object): object is { readonly [Name in keyof SaidOf<Table>]: Check<SaidOf<Table>[Name]> } {
    return Object.keys(object).length === rows.length;
  }
}
