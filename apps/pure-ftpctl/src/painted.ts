import { styleText } from 'node:util';

/** Text in a colour, where standard output is a terminal that has some and `NO_COLOR` does not forbid it. */
export function painted(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: process.stdout, validateStream: true });
}

/** Whether `painted` paints. */
export function hasColours(): boolean {
  return painted('bold', 'x') !== 'x';
}
