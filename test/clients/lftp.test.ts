import { lftpClient } from './lftp.ts';
import { describeClient } from './contract.ts';

describeClient(lftpClient);
