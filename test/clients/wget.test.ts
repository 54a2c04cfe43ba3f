import { wgetClient } from './wget.ts';
import { describeClient } from './contract.ts';

describeClient(wgetClient);
