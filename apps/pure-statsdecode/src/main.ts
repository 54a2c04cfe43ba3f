#!/usr/bin/env node
import { createReadStream } from 'node:fs';
import { failedCall, fail, rawArguments, systemErrorText, tellsAbout, writeAll } from '@pure-ftpd/cli';
import { ABOUT } from './about.ts';
import { StatsDecoder } from './stats-decoder.ts';

const PROGRAM = 'pure-statsdecode';

/** Bytes that are read at a time. */
const CHUNK_BYTES = 64 * 1024;

async function decode(file: Buffer): Promise<void> {
  const decoder = new StatsDecoder();
  const input =
    file.toString('latin1') === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
  for await (const chunk of input) {
    if (chunk instanceof Uint8Array) writeAll(1, decoder.push(chunk));
  }
}

/** @returns The exit status. */
async function run(words: readonly Buffer[]): Promise<number> {
  const [file] = words;
  if (file === undefined || words.length !== 1) {
    writeAll(1, Buffer.from(`Usage: ${PROGRAM} [stats log file] [-]\n`));
    return 1;
  }
  try {
    await decode(file);
    return 0;
  } catch (error) {
    const failed = failedCall(error);
    if (failed === undefined) throw error;
    if (failed.syscall !== 'open') fail(PROGRAM, systemErrorText(error), 1);
    // In the words of the C program.
    writeAll(2, Buffer.from(`Can't open file: : ${systemErrorText(error)}\n`));
    return 255;
  }
}

if (!tellsAbout(ABOUT, process.argv.slice(2))) process.exitCode = await run(rawArguments());
