import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isSpawnAvailable, type ProgramExit, spawnProgram, waitForProgram } from './index.ts';

async function run(file: string, argv: readonly Buffer[], environment: readonly Buffer[] = []): Promise<ProgramExit> {
  const unhook = new AbortController();
  try {
    for (
      let children = once(process, 'SIGCHLD', unhook),
        pid = spawnProgram({ file: Buffer.from(file), argv, environment });
      ;
    ) {
      const exit = waitForProgram(pid);
      if (exit !== undefined) {
        children.catch(() => undefined); // nobody waits for it any more
        expect(() => waitForProgram(pid)).toThrow(expect.objectContaining({ code: 'ECHILD' }));
        return exit;
      }
      await children;
      children = once(process, 'SIGCHLD', unhook);
    }
  } finally {
    unhook.abort();
  }
}

function start(file: string, word = 'x'): number {
  return spawnProgram({ file: Buffer.from(file), argv: [Buffer.from(word)], environment: [] });
}

describe.skipIf(!isSpawnAvailable())('a program that is started with bytes', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spawn-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function script(text: string): string {
    const file = join(folder, 'script');
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  it('has them as they are, its own group, no descriptor of ours, and SIGPIPE', async () => {
    const out = join(folder, 'out');
    const ours = openSync(join(folder, 'ours'), 'w');
    const file = script(
      `{ printf '%s|' "$#" "$1" "$NAME"; readlink /proc/$$/fd/*; ps -o pgid= -p $$; echo $$; grep SigIgn /proc/$$/status; } > '${out}'`,
    );
    const odd = Buffer.from([0x61, 0xff, 0x20, 0x24, 0x28, 0x78, 0x29, 0x0a, 0x22]);
    expect(await run(file, [Buffer.from(file), odd], [Buffer.concat([Buffer.from('NAME='), odd])])).toEqual({
      status: 0,
    });
    closeSync(ours);
    const said = readFileSync(out, 'latin1');
    const words = `1|${odd.toString('latin1')}|${odd.toString('latin1')}|`;
    expect(said.startsWith(words)).toBe(true);
    const targets = said.slice(words.length).split('\n').slice(0, -4);
    // What whoever started us left open goes on to everybody; of ours, nothing does.
    expect(new Set(targets.filter((target) => target.startsWith(folder)))).toEqual(new Set([out, file]));
    expect(targets).toContain('/dev/null');
    const [group, pid] = said.split('\n').slice(-4, -2);
    expect(group?.trim()).toBe(pid);
    const ignored = BigInt(`0x${/SigIgn:\t([0-9a-f]+)\n$/.exec(said)?.[1]}`);
    const { SIGPIPE, SIGXFSZ } = constants.signals;
    expect([SIGPIPE, SIGXFSZ].filter((signal) => (ignored & (1n << BigInt(signal - 1))) !== 0n)).toEqual([]);
  });

  it('tells how it ended', async () => {
    expect(await run(script('exit 7'), [Buffer.from('x')])).toEqual({ status: 7 });
    expect(await run(script('kill -TERM $$'), [Buffer.from('x')])).toEqual({ signal: 15 });
  });

  it('is refused when there is none, or a NUL', () => {
    expect(() => start(join(folder, 'nothing'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    writeFileSync(join(folder, 'text'), 'no program');
    expect(() => start(join(folder, 'text'))).toThrow(expect.objectContaining({ code: 'EACCES' }));
    expect(() => start('/bin/true', 'a\0b')).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });
});
