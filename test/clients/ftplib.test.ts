import { ftplibClient } from './ftplib.ts';
import { describeClient } from './contract.ts';

describeClient(ftplibClient);
