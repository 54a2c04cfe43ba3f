#!/usr/bin/env node
import { fail, rawArguments } from '@pure-ftpd/cli';
import { decodeName } from '@pure-ftpd/protocol';

import { run } from './run.ts';

try {
  process.exitCode = await run(rawArguments().map(decodeName));
} catch (error) {
  fail('pure-ftpctl', error instanceof Error ? error.message : String(error), 3);
}
