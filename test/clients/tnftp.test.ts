import { tnftpClient } from './tnftp.ts';
import { describeClient } from './contract.ts';

describeClient(tnftpClient);
