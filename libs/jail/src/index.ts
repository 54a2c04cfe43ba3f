// The public door.

export type { FileStats } from './file-stats.ts';
export { JailDirectory } from './jail-directory.ts';
export { bestStrategy, Jail } from './jail.ts';
export type { FileSystemSpace, JailOptions } from './jail.ts';
export type { FileAccess, OpenedFile } from './open-file.ts';
export type { ResolveOptions } from './resolve.ts';
export type { JailStrategy } from './strategy.ts';
