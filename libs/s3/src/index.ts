// The public door.
export { S3Filesystem } from './s3-filesystem.ts';
export { S3Store, type S3StoreOptions } from './store.ts';
