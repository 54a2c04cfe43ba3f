#!/usr/bin/env node
import { fail, rawArguments, tellsAbout } from '@pure-ftpd/cli';
import { decodeName } from '@pure-ftpd/protocol';
import { ABOUT } from './about.ts';
import { run } from './run.ts';

try {
  if (!tellsAbout(ABOUT, process.argv.slice(2))) process.exitCode = await run(rawArguments().map(decodeName));
} catch (error) {
  fail('pure-quotacheck', error instanceof Error ? error.message : String(error), 255);
}
