import { basicFtpClient } from './basic-ftp.ts';
import { describeClientOverTls } from './contract-tls.ts';
import { describeClient } from './contract.ts';

describeClient(basicFtpClient);
describeClientOverTls(basicFtpClient);
