import { lftpClient } from './lftp.ts';
import { describeClientOverTls } from './contract-tls.ts';
import { describeClient } from './contract.ts';

describeClient(lftpClient);
describeClientOverTls(lftpClient);
