import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectStore } from '@pure-ftpd/peers';
import { DummyAuthorizer, type FileSystem, FTPHandler, FTPServer } from '@pure-ftpd/server';
import { RawClient } from '@pure-ftpd/testing';

import { S3Filesystem } from '../s3-filesystem.ts';
import { S3Store, type S3StoreOptions } from '../store.ts';

/** A server whose user, `user` / `secret`, has a home in a bucket of his own, and who looks into it past the server. */
export interface ServedBucket extends AsyncDisposable {
  readonly bucket: string;
  readonly client: S3Client;
  readonly reports: string[];
  readonly errors: Error[];
  login(): Promise<RawClient>;
  /** Stores objects past the server, each with its key as content. */
  put(...keys: readonly string[]): Promise<void>;
  /** The keys of all objects. */
  keys(): Promise<string[]>;
  /** Uploads in parts that have not ended. */
  unfinished(): Promise<number>;
}

let buckets = 0;

/** What of the store is other than usual, and what stands around the file system. */
export interface ServedBucketOptions extends Omit<S3StoreOptions, 'bucket' | 'client' | 'report'> {
  readonly home?: string;
  readonly around?: (fs: FileSystem) => FileSystem;
}

export function clientOf({ endpoint, accessKeyId, secretAccessKey }: ObjectStore): S3StoreOptions['client'] & object {
  return { endpoint, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } };
}

export async function servedBucket(radosgw: ObjectStore, options: ServedBucketOptions = {}): Promise<ServedBucket> {
  const { home = '/', around = (fs: FileSystem): FileSystem => fs, ...settings } = options;
  buckets += 1;
  const bucket = `bucket-${buckets}`;
  const client = new S3Client({ region: 'us-east-1', ...clientOf(radosgw) });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const reports: string[] = [];
  const report = (line: string): void => void reports.push(line);
  const store = new S3Store({ bucket, client: clientOf(radosgw), report, ...settings });
  const users = new DummyAuthorizer();
  users.addUser('user', 'secret', home, { perm: 'elradfmwMT', virtualHome: true });
  class Handler extends FTPHandler {
    static override authorizer = users;
    static override abstractedFs = class extends S3Filesystem {
      constructor(root: string) {
        super(root, store);
      }
    };
    override async openFileSystem(username: string): Promise<FileSystem> {
      return around(await super.openFileSystem(username));
    }
  }
  const server = new FTPServer({ host: '127.0.0.1', port: 0 }, Handler);
  const errors: Error[] = [];
  server.onError = (error) => void errors.push(error);
  await server.listen();
  const clients: RawClient[] = [];
  return {
    bucket,
    client,
    reports,
    errors,
    async login() {
      const session = await RawClient.login(server.addresses[0]?.port ?? 0, 'user', 'secret');
      clients.push(session);
      await session.command('TYPE I');
      return session;
    },
    async put(...keys) {
      for (let at = 0; at < keys.length; at += 32) {
        const some = keys.slice(at, at + 32).map((Key) => new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
        await Promise.all(some.map((command) => client.send(command)));
      }
    },
    async keys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.map(({ Key = '' }) => Key);
    },
    async unfinished() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return Uploads.length;
    },
    async [Symbol.asyncDispose]() {
      for (const session of clients) session.close();
      await server.close();
      await store.close();
      client.destroy();
    },
  };
}
