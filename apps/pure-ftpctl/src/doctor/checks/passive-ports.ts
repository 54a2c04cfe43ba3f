import { listenAddresses, StartError } from '@pure-ftpd/options';

import { type Check, type Finding, problem, type Subject, warning, well } from '../finding.ts';
import { firewallRules } from '../firewall/rules.ts';
import { listeners } from '../tcp-sockets.ts';

const ALL: readonly [number, number] = [1024, 65_535];

/** Whether clients get to the ports of the server, and to those of its passive data connections. */
export const passivePorts: Check = {
  name: 'passive ports',
  async find(subject) {
    const { passivePorts: range } = subject.configuration;
    return [...(range === undefined ? [] : taken(range)), ...(await behindFirewall(subject, range))];
  },
};

function taken([first, last]: readonly [number, number]): Finding[] {
  const used = new Set(
    listeners()
      .map(({ port }) => port)
      .filter((port) => port >= first && port <= last),
  );
  const size = last - first + 1;
  const range = `passive ports ${first} to ${last}`;
  if (used.size === 0) return [well(`${range} are free`)];
  const which = [...used].toSorted((a, b) => a - b).join(', ');
  const remedy = 'move the other programs, or name other ports with PassivePortRange';
  if (used.size === size) return [problem(`${range}: other programs listen on all of them`, remedy)];
  return [warning(`${range}: other programs listen on ${which}`, remedy)];
}

async function behindFirewall(
  { configuration }: Subject,
  range: readonly [number, number] | undefined,
): Promise<Finding[]> {
  const rules = firewallRules();
  if (rules === undefined) return [well('the rules of the firewall cannot be read: not looked at')];
  const control = [...new Set((await addresses(configuration)).map(({ port }) => port))];
  const closed = control.filter((port) => rules.judge(port) === 'closed');
  const [first, last] = range ?? ALL;
  const passive = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const shut = passive.filter((port) => rules.judge(port) === 'closed');
  return [
    ...closed.map((port) =>
      problem(`the firewall (${rules.source}) lets nobody to port ${port}`, rules.remedy(port, port)),
    ),
    ...rangeFindings(shut, range, rules),
  ];
}

function rangeFindings(
  shut: readonly number[],
  range: readonly [number, number] | undefined,
  rules: NonNullable<ReturnType<typeof firewallRules>>,
): Finding[] {
  if (shut.length === 0) return [well(`the firewall (${rules.source}) does not close the passive ports`)];
  if (range !== undefined) {
    const text = `the firewall (${rules.source}) lets nobody to ${shut.length} of the passive ports ${range.join(' to ')}`;
    return [problem(text, rules.remedy(...range))];
  }
  const text = `any port above 1023 may be a passive one, and the firewall (${rules.source}) closes ${shut.length} of them`;
  return [problem(text, `set PassivePortRange, such as 30000 30009, and open these: ${rules.remedy(30_000, 30_009)}`)];
}

async function addresses(configuration: Subject['configuration']): ReturnType<typeof listenAddresses> {
  try {
    return await listenAddresses(configuration);
  } catch (error) {
    if (error instanceof StartError) return []; // told by another check
    throw error;
  }
}
