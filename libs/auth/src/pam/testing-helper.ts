// The program that tests start as a helper.
import { runPamHelper } from './helper.ts';

runPamHelper();
