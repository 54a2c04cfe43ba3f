import { curlClient } from './curl.ts';
import { describeClientOverTls } from './contract-tls.ts';
import { describeClient } from './contract.ts';

describeClient(curlClient);
describeClientOverTls(curlClient);
