import { MessageViolation } from '@pure-ftpd/server/internal';

import { METRIC_ROWS, seriesOf, widthOf } from './table.ts';
import type { Numbers } from './tally.ts';

/**
 * Takes what another process has sent for the numbers of the table.
 * @throws MessageViolation
 */
export function checkNumbers(value: unknown): Numbers {
  if (!Array.isArray(value) || value.length !== METRIC_ROWS.length)
    throw new MessageViolation('numbers: not the table');
  return METRIC_ROWS.map(([name, metric], index) => {
    const numbers: unknown = value[index];
    const length = seriesOf(metric).length * widthOf(metric);
    if (!Array.isArray(numbers) || numbers.length !== length || !numbers.every(isCount))
      throw new MessageViolation(`numbers: ${name}: ${length} numbers expected`);
    return numbers;
  });
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && (Number.isNaN(value) || (value >= 0 && value < Infinity));
}
