// What all options together say.
import { initialFields } from './option.ts';
import { type Draft, options } from './table.ts';

/** What the command line says, checked. Each field stands in the rows that set it, with what it means. */
export interface Configuration extends Readonly<Draft> {}

/** The configuration without any option. */
export function defaults(): Draft {
  return initialFields(options);
}
