import { describeClient } from './contract.ts';
import { busyboxClient } from './busybox.ts';

describeClient(busyboxClient);
