import { defineConfig } from 'vitest/config';

import { PATIENCE } from './tools/testing/src/conditions.ts';
import { LongFirst } from './tools/test-run/src/long-first.ts';
import { isSoak, soak } from './tools/testing/src/soak.ts';

/** How long a test or hook may take that says nothing else, in milliseconds: on a machine whose processors are busy with other work. */
const LIMIT = soak(300_000, 3_600_000);

// Nx asks for colours, and the programs that tests start would print them into what is compared.
delete process.env['FORCE_COLOR'];

// Programs that tests start run from sources where those were edited since the build, and need not say so.
process.env['PURE_FTPD_SOURCES'] = '1';

// One configuration for every package: `vitest run --dir FOLDER` runs the tests of one, and of the root those of all.
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '.cache/**'],
    sequence: { sequencer: LongFirst },
    testTimeout: LIMIT,
    hookTimeout: LIMIT,
    // Real processes and descriptors are counted by the tests: each file gets a process of its own.
    pool: 'forks',
    maxWorkers: soak(2, 1),
    // Tests of a file that run beside each other do so for what they wait for: each has servers to start.
    maxConcurrency: 3,
    passWithNoTests: false,
    // What is polled for comes at once where nothing else runs; without this a busy machine has a second.
    expect: { poll: { timeout: PATIENCE, interval: 5 } },
    // Thousands of tests count processes and descriptors on a machine that others may load: the gate runs what failed once more,
    // and names it at the end, so that it gets mended; somebody at work sees it fail at once.
    retry: process.env['CI'] === 'true' && !isSoak ? 1 : 0,
  },
});
