import { curlClient } from './curl.ts';
import { describeClient } from './contract.ts';

describeClient(curlClient);
