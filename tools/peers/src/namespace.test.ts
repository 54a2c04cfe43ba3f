import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NamespacedProcess } from './namespace.ts';
import { describeWith } from './vitest.ts';

/** Waits for what a program prints: it prints once it is as the test wants it. */
async function untilPrinted(program: NamespacedProcess, text: string): Promise<void> {
  while (!program.output.includes(text)) await new Promise((resolve) => setImmediate(resolve));
}

describeWith(['root'], 'a program in namespaces of its own', () => {
  test('ends when it is stopped, though it has another user and ignores SIGTERM', async () => {
    const script = 'trap "" TERM; echo up; while :; do sleep 0.1; done';
    const program = new NamespacedProcess([
      'setpriv',
      '--reuid',
      '3001',
      '--regid',
      '3001',
      '--clear-groups',
      'sh',
      '-c',
      script,
    ]);
    await untilPrinted(program, 'up\n');
    const { pid } = program;
    await program.stop();
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });
});
