// The public door.
export type {
  CopiedRange,
  ListedObject,
  ListedPage,
  ListOptions,
  Multipart,
  ObjectFacts,
  ObjectHead,
  Objects,
  Page,
} from './objects.ts';
export { S3Filesystem } from './s3-filesystem.ts';
export { S3Store, type S3StoreOptions } from './store.ts';
