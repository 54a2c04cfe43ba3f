import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { RADOSGW, startRadosgw } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { clientOf } from './testing/served-bucket.ts';

describeWith(RADOSGW, 'the example', () => {
  test('serves a bucket with the credentials of its environment', async () => {
    await using radosgw = await startRadosgw();
    const bucket = 'files';
    const client = new S3Client({ region: 'us-east-1', ...clientOf(radosgw) });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const program = path.join(import.meta.dirname, '..', 'examples', 's3.ts');
    const example = spawn(process.execPath, [program, bucket, '0', radosgw.endpoint], {
      env: {
        ...process.env,
        AWS_ACCESS_KEY_ID: radosgw.accessKeyId,
        AWS_SECRET_ACCESS_KEY: radosgw.secretAccessKey,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let output = '';
      example.stdout.on('data', (text: Buffer) => {
        output += text.toString();
      });
      await untilTrue('it listens', () => /listening on port \d+\n/.test(output) || example.exitCode !== null);
      const session = await RawClient.login(Number(/port (\d+)/.exec(output)?.[1]), 'user', 'secret');
      expect((await session.transmit('STOR file', 'content')).code).toBe(226);
      session.close();
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      expect(Contents.map(({ Key }) => Key)).toEqual(['ftp/homes/user/file']);
    } finally {
      client.destroy();
      const ended = once(example, 'exit');
      example.kill('SIGKILL');
      await ended;
    }
  });
});
