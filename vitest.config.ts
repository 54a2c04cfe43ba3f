import { defineConfig } from 'vitest/config';

// One configuration for every package: `vitest run --dir FOLDER` runs the tests of one.
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Real processes and descriptors are counted by the tests: each file gets a process of its own.
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: false,
  },
});
