#!/usr/bin/env node
import { fail } from '@pure-ftpd/cli';

import { run } from './run.ts';

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  fail('pure-ftpctl', error instanceof Error ? error.message : String(error), 3);
}
