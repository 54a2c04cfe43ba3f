import { expect, test } from 'vitest';

import { StartError } from './errors.ts';
import type { Configuration } from './configuration.ts';
import { parseCommandLine } from './parse.ts';

test.each<[words: string[], change: Partial<Configuration>]>([
  [['-n', '10:2'], { quota: { files: 10n, bytes: 2_097_152n } }],
  [['--quota=0:0'], { quota: { files: 0n, bytes: 0n } }],
  [['-q', '1:5'], { anonymousRatio: { upload: 1, download: 5 }, ratio: undefined }],
  [['-Q', '2:3'], { ratio: { upload: 2, download: 3 }, anonymousRatio: undefined }],
  [['-t', '10'], { anonymousBandwidth: { upload: 10_240, download: 10_240 }, bandwidth: undefined }],
  [['-T', '1:2'], { bandwidth: { upload: 1024, download: 2048 } }],
  [['-T', '1:'], { bandwidth: { upload: 1024, download: undefined } }],
  [['-T', ':2'], { bandwidth: { upload: undefined, download: 2048 } }],
])('%j', (words, change) => {
  expect(parseCommandLine(['-l', 'puredb:/x', ...words])).toMatchObject(change);
});

test.each([
  ['-n', '10'],
  ['-n', 'a:b'],
  ['-n', '-1:2'],
  ['-q', '0:1'],
  ['-Q', '1'],
  ['-Q', '1:2:3'],
  ['-t', '0'],
  ['-t', ':'],
  ['-T', '1:x'],
  ['-T', '0:5'],
])('%s %s is an error', (option, value) => {
  expect(() => parseCommandLine(['-l', 'puredb:/x', option, value])).toThrow(StartError);
});
