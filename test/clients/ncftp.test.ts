import { ncftpClient } from './ncftp.ts';
import { describeClient } from './contract.ts';

describeClient(ncftpClient);
