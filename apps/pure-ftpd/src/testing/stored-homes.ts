// A daemon whose users have their homes in a bucket.
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectStore } from '@pure-ftpd/peers';
import { S3Filesystem, S3Store } from '@pure-ftpd/s3';

import { asUser, Place, RunningDaemon } from './running-daemon.ts';

/** The path of the mount, which is no directory of this machine. */
export const MOUNT = '/nowhere/s3';

/** A server, and who looks into its bucket past it. */
export interface StoredHomes extends AsyncDisposable {
  readonly server: RunningDaemon;
  readonly place: Place;
  /** Another server on the same bucket. */
  again(words?: readonly string[]): Promise<RunningDaemon>;
  put(key: string, content: Uint8Array | string): Promise<void>;
  /** The same objects without a server: what the client of S3 does alone. */
  readonly alone: S3Filesystem;
  /** The keys of all objects, up to a thousand. */
  keys(): Promise<string[]>;
  /** Uploads in parts that have not ended. */
  unfinished(): Promise<number>;
}

export interface StoredHomesOptions {
  /** Whether the server stays root, and separates rights. */
  readonly separated: boolean;
  /** Fields of accounts behind the gecos, by login, instead of those of `alice` and `bob`. */
  readonly users?: Readonly<Record<string, string>>;
  /** Parameters of the mount besides its endpoint. */
  readonly parameters?: string;
  readonly words?: readonly string[];
  /** What runs in the place of the program. */
  readonly source?: string;
}

let buckets = 0;

export async function storedHomes(radosgw: ObjectStore, options: StoredHomesOptions): Promise<StoredHomes> {
  buckets += 1;
  const bucket = `homes-${process.pid}-${buckets}`;
  const { endpoint, accessKeyId, secretAccessKey } = radosgw;
  const settings = {
    region: 'us-east-1',
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  };
  const client = new S3Client(settings);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const place = new Place();
  await place.users(options.users ?? { alice: `${MOUNT}/alice/./`, bob: `${MOUNT}/bob` });
  const mount = `${MOUNT}=s3://${bucket}/ftp?endpoint=${endpoint}${options.parameters ?? ''}`;
  const environment = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const servers: RunningDaemon[] = [];
  const again = async (words: readonly string[] = []): Promise<RunningDaemon> => {
    const all = ['-E', '-H', '--storage', mount, ...(options.words ?? []), ...words];
    const identity = options.separated ? [] : asUser();
    const server = await RunningDaemon.start(place, all, undefined, environment, identity, options.source);
    servers.push(server);
    return server;
  };
  const store = new S3Store({ bucket, client: settings });
  return {
    alone: new S3Filesystem('/', store),
    server: await again(),
    place,
    again,
    async put(Key, Body) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
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
      for (const server of servers) await server.stop();
      place.remove();
      await store.close();
      client.destroy();
    },
  };
}
