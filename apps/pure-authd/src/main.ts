import { tellsAbout } from '@pure-ftpd/cli';

import { ABOUT } from './about.ts';
import { run } from './run.ts';

const words = process.argv.slice(2);
if (!tellsAbout(ABOUT, words)) process.exitCode = await run(words);
