import { describeClientOverTls } from './contract-tls.ts';
import { describeClient } from './contract.ts';
import { perlClient } from './perl.ts';

describeClient(perlClient);
describeClientOverTls(perlClient);
