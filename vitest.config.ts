import { defineConfig } from 'vitest/config';

// Nx asks for colours, and the programs that tests start would print them into what is compared.
delete process.env['FORCE_COLOR'];

// One configuration for every package: `vitest run --dir FOLDER` runs the tests of one.
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Real processes and descriptors are counted by the tests: each file gets a process of its own.
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: false,
    // Thousands of tests count processes and descriptors on a machine that others may load: the gate runs what failed once more,
    // and names it at the end, so that it gets mended; somebody at work sees it fail at once.
    retry: process.env['CI'] === 'true' ? 1 : 0,
  },
});
