import { type Check, problem, well } from '../finding.ts';

/** What of the configuration file cannot be understood. */
export const configuration: Check = {
  name: 'configuration',
  find({ file, problems, settings }) {
    if (problems.length === 0) return [well(`${file}: ${settings.length} settings`)];
    return problems.map((text) => problem(text, 'correct the line, or delete it: man pure-ftpd.conf has every key'));
  },
};
