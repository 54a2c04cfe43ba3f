// Files in a bucket of S3, in which the user has a home. Credentials are found as the SDK finds them: AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY, ~/.aws, the role of the machine.
// node s3.ts BUCKET [port [endpoint]]
import { S3Filesystem, S3Store } from '@pure-ftpd/s3';
import { DummyAuthorizer, FTPHandler, FTPServer } from '@pure-ftpd/server';

const [bucket = 'files', port = '2121', endpoint] = process.argv.slice(2);

const store = new S3Store({
  bucket,
  prefix: 'ftp',
  client: endpoint === undefined ? {} : { endpoint, forcePathStyle: true },
  report: (line) => console.error(line),
});
const authorizer = new DummyAuthorizer();
authorizer.addUser('user', 'secret', '/homes/user', { perm: 'elradfmwMT', virtualHome: true });

class Handler extends FTPHandler {
  static override authorizer = authorizer;
  static override abstractedFs = class extends S3Filesystem {
    constructor(home: string) {
      super(home, store);
    }
  };
}

const server = new FTPServer({ host: '127.0.0.1', port: Number(port) }, Handler);
await server.listen();
console.log(`listening on port ${server.addresses[0]?.port}`);
await server.serveForever();
