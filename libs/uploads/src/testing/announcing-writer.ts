// node announcing-writer.ts PIPE LOCK NAME COUNT: announces COUNT uploads, and ends when all of them are in the pipe.

import { setTimeout as delay } from 'node:timers/promises';

import { UploadWriter } from '../index.ts';

const [, , pipe = '', lock = '', name = '', count = ''] = process.argv;
const onLost = (): never => {
  throw new Error('none may be lost');
};
const writer = UploadWriter.open({ pipe, lock, owner: process.geteuid?.() ?? 0, onLost });
for (let number = 0; number < Number(count); number++) {
  writer.announce({ login: Buffer.from(name), path: Buffer.from(`/srv/${name}/${number}`) });
  if (number % 100 === 0) await delay(1);
}
while (writer.waiting > 0) await delay(5);
// Others keep the pipe open; what is in it stays.
writer.close();
