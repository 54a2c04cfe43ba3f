// node recording-reader.ts PIPE FILE: writes the path of each upload into FILE, one in a line, before it asks for the next.

import { closeSync, openSync, writeSync } from 'node:fs';

import { UploadReader } from '../index.ts';

const [, , pipe = '', file = ''] = process.argv;
const reader = UploadReader.open({ pipe, owner: process.geteuid?.() ?? 0 });
const out = openSync(file, 'a');
for (let upload = await reader.next(); upload !== undefined; upload = await reader.next()) {
  writeSync(out, Buffer.concat([upload.path, Buffer.from('\n')]));
}
closeSync(out);
