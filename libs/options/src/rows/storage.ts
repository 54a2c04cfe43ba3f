// Options about where homes lie that are not on this machine.
import { initially, option } from '../option.ts';
import { type StorageMount, storageMount } from '../storage.ts';

export const STORAGE_OPTIONS = [
  option({
    long: 'storage',
    argument: 'path=s3://bucket/prefix',
    description: 'homes below this path are in a bucket of S3; may be repeated',
    notes: 'See [its page](../../docs/storage.md).',
    fields: {
      /** None lies in another. */
      storage: initially<readonly StorageMount[]>([]),
    },
    set: (value, { storage }) => ({ storage: [...storage, storageMount(value, storage)] }),
  }),
];
