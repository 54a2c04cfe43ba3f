// From the list of features to what a session goes by: made once for the class of sessions.
import {
  type CommandRow,
  type CommandTable,
  commandTable,
  type Policy,
  requireArgument,
  requireLogin,
  requirePermission,
  requireProtectedControl,
  requireProtectedData,
} from '@pure-ftpd/server';

import type { Feature, RowChange } from '../contract/feature.ts';

type Parts<Part> = readonly NonNullable<Part>[];

/** The hooks of all features, one list for each kind, in the order of the list. */
interface CompiledFeatures {
  readonly permits: Parts<Feature['permits']>;
  readonly welcome: Parts<Feature['welcome']>;
  readonly concluded: Parts<Feature['concluded']>;
  readonly connect: Parts<NonNullable<Feature['on']>['connect']>;
  readonly transfer: Parts<NonNullable<Feature['on']>['transfer']>;
  readonly stored: Parts<NonNullable<Feature['on']>['stored']>;
}

export function compileFeatures(features: readonly Feature[]): CompiledFeatures {
  const having = <Part>(part: (feature: Feature) => Part | undefined): readonly Part[] =>
    features.flatMap((feature) => part(feature) ?? []);
  return {
    permits: having((feature) => feature.permits),
    welcome: having((feature) => feature.welcome),
    concluded: having((feature) => feature.concluded),
    connect: having((feature) => feature.on?.connect),
    transfer: having((feature) => feature.on?.transfer),
    stored: having((feature) => feature.on?.stored),
  };
}

/** A command table as the features have it: each row with all that is done for its verb, and the policies that concern it. */
export function compileCommands(table: CommandTable, features: readonly Feature[]): CommandTable {
  const spellings = features.flatMap((feature) =>
    Object.entries(feature.spellings ?? {}).flatMap(([verb, of]) => {
      const row = table.get(of);
      return row === undefined ? [] : [{ ...row, verb, methods: [of] }];
    }),
  );
  const added = features.flatMap((feature) => feature.newRows ?? []);
  return commandTable([...table.values(), ...added, ...spellings].map((row) => compiled(row, features)));
}

function compiled(row: CommandRow, features: readonly Feature[]): CommandRow {
  // The verb of which this one is another spelling.
  const verb = row.methods?.[0] ?? row.verb;
  const changed = features.reduce((so, { rows }) => changedBy(so, rows?.[verb]), row);
  const run = features.reduceRight((inner, { around }) => around?.[verb]?.(inner) ?? inner, changed.run);
  return { ...changed, run, policies: policiesOf(verb, features) };
}

function changedBy(row: CommandRow, { takesText, ...change }: RowChange = {}): CommandRow {
  if (takesText !== true) return { ...row, ...change };
  const { path: _path, prepare: _prepare, ...text } = row;
  return { ...text, ...change };
}

/** All that a command of the verb must pass, in the order of the C server. */
function policiesOf(verb: string, features: readonly Feature[]): Policy[] {
  const own = features
    .flatMap(({ policies = [] }) => policies)
    .filter(({ verbs }) => verbs === undefined || verbs.has(verb));
  const judges = (at: 'first' | 'last'): Policy[] => own.filter((policy) => policy.at === at).map(({ judge }) => judge);
  return [
    ...judges('first'),
    requireProtectedControl,
    requireLogin,
    requireProtectedData,
    requireArgument,
    ...judges('last'),
    requirePermission,
  ];
}
