import { basicFtpClient } from './basic-ftp.ts';
import { describeClient } from './contract.ts';

describeClient(basicFtpClient);
