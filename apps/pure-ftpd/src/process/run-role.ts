import { nameProcess } from '@pure-ftpd/posix';

import { CHILD_DESCRIPTORS, type Role } from './role.ts';

/** Runs the process until the monitor wants it no more. */
export async function runRole(role: Role): Promise<void> {
  switch (role) {
    case 'gate': {
      nameProcess('pure-ftpd', 'pure-ftpd (GATE)');
      const { runGate } = await import('./gate/run-gate.ts');
      runGate();
      return;
    }
    case 'worker': {
      nameProcess('pure-ftpd', 'pure-ftpd (WORKER)');
      const { runWorker } = await import('./worker/run-worker.ts');
      runWorker();
      return;
    }
    case 'practice': {
      const { runPracticeClient } = await import('./worker/practice-client.ts');
      await runPracticeClient();
      return;
    }
    case 'metrics': {
      nameProcess('pure-ftpd', 'pure-ftpd (METRICS)');
      const { runMetrics } = await import('./metrics/run-metrics.ts');
      runMetrics();
      return;
    }
    case 'pam': {
      nameProcess('pure-ftpd', 'pure-ftpd (PAM)');
      const { runPamHelper } = await import('@pure-ftpd/auth');
      runPamHelper(CHILD_DESCRIPTORS.messages);
      return;
    }
    case 'cluster': {
      nameProcess('pure-ftpd', 'pure-ftpd (CLUSTER)');
      const { runCluster } = await import('./cluster/run-cluster.ts');
      runCluster(CHILD_DESCRIPTORS.messages);
      return;
    }
    case 'accounts': {
      nameProcess('pure-ftpd', 'pure-ftpd (ACCOUNTS)');
      const { runAccountsHelper } = await import('./accounts-helper.ts');
      await runAccountsHelper(CHILD_DESCRIPTORS.messages);
      return;
    }
    case 'storage': {
      nameProcess('pure-ftpd', 'pure-ftpd (STORAGE)');
      const { runStorage } = await import('./storage/run-storage.ts');
      runStorage();
      return;
    }
    case 'webhooks': {
      nameProcess('pure-ftpd', 'pure-ftpd (WEBHOOKS)');
      const { runWebhooks } = await import('./uploads/run-webhooks.ts');
      runWebhooks(CHILD_DESCRIPTORS.messages);
    }
  }
}
