import { tlsCommands } from '@pure-ftpd/server';
import { describe, expect, test } from 'vitest';

import type { Feature, Run } from '../contract/feature.ts';
import { features, PURE_FTPD_SLOTS } from '../features/all.ts';
import { compileCommands, compileFeatures } from './compiled-features.ts';

/** Says its name before what it wraps. */
function named(name: string): (run: Run) => Run {
  return (run) => async (session, argument) => {
    const answer = await run(session, argument);
    return typeof answer === 'string' ? `${name} ${answer}` : answer;
  };
}

function judge(): undefined {
  return undefined;
}

/** What a verb answers that asks nothing of its session. */
async function answer(list: readonly Feature[], verb: string): Promise<unknown> {
  const run = compileCommands(tlsCommands, list).get(verb)?.run;
  const nobody = {};
  return Reflect.apply(run ?? judge, undefined, [nobody, '']);
}

describe('the command table', () => {
  test('has the verb of the last change, in what the features do around it: the first of them outermost', async () => {
    const first = { name: 'first', around: { NOOP: named('first') } } satisfies Feature;
    const second = { name: 'second', around: { NOOP: named('second') }, rows: { NOOP: { run: () => '200 it' } } };
    expect(await answer([first, second], 'NOOP')).toBe('first second 200 it');
    expect(await answer([second, first], 'NOOP')).toBe('second first 200 it');
  });

  test('has changes of a verb in its other spellings, those of features too', async () => {
    const rows = { MKD: { run: () => '257 it' }, PASV: { run: () => '227 it' } };
    const list = [{ name: 'a', rows, spellings: { 'P@SW': 'PASV' } }] satisfies Feature[];
    expect(await Promise.all(['MKD', 'XMKD', 'PASV', 'P@SW'].map((verb) => answer(list, verb)))).toEqual([
      '257 it',
      '257 it',
      '227 it',
      '227 it',
    ]);
  });

  test('has in each row the policies that concern its verb', () => {
    const policies = [
      { at: 'first', judge },
      { at: 'last', verbs: new Set(['MKD']), judge: () => undefined },
    ] as const;
    const table = compileCommands(tlsCommands, [{ name: 'a', policies }]);
    expect(table.get('MKD')?.policies).toHaveLength(7);
    expect(table.get('XMKD')?.policies).toEqual(table.get('MKD')?.policies);
    expect(table.get('NOOP')?.policies).toHaveLength(6);
    expect(table.get('NOOP')?.policies?.[0]).toBe(judge);
  });

  test('asks NOOP nothing of the daemon but whether it only keeps the connection', () => {
    const none = compileCommands(tlsCommands, []).get('NOOP')?.policies ?? [];
    const all = compileCommands(tlsCommands, features).get('NOOP')?.policies ?? [];
    expect(all.filter((policy) => !none.includes(policy))).toHaveLength(1);
  });
});

test('features name verbs that there are', () => {
  const table = compileCommands(tlsCommands, features);
  const verbs = features.flatMap(({ rows, around, policies = [], spellings }) => [
    ...Object.keys(rows ?? {}),
    ...Object.keys(around ?? {}),
    ...policies.flatMap((policy) => [...(policy.verbs ?? [])]),
    ...Object.values(spellings ?? {}),
  ]);
  expect(verbs.filter((verb) => !table.has(verb))).toEqual([]);
});

test('the state of every feature is in the table of a session, and of no two the same', () => {
  const fields = features.flatMap(({ state }) => Object.keys(state ?? {}));
  expect(fields.filter((field) => !Object.hasOwn(PURE_FTPD_SLOTS, field))).toEqual([]);
  expect(new Set(fields).size).toBe(fields.length);
});

test('hooks are called in the order of the list', () => {
  const permits = [(): boolean => true, (): boolean => false];
  const list = permits.map((permit, at) => ({ name: `${at}`, permits: permit }));
  expect(compileFeatures([...list, { name: 'none' }]).permits).toEqual(permits);
});
