import { ftplibClient } from './ftplib.ts';
import { describeClientOverTls } from './contract-tls.ts';
import { describeClient } from './contract.ts';

describeClient(ftplibClient);
describeClientOverTls(ftplibClient);
