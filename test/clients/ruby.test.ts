import { describeClientOverTls } from './contract-tls.ts';
import { describeClient } from './contract.ts';
import { rubyClient } from './ruby.ts';

describeClient(rubyClient);
describeClientOverTls(rubyClient);
