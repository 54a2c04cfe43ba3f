// The program that tests start as a helper.
import { runPamHelper } from '../pam/helper.ts';

runPamHelper();
