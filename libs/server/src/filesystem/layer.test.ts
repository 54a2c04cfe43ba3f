import { expect, test } from 'vitest';

import { AbstractedFS } from './abstracted-fs.ts';
import { FileSystemLayer } from './layer.ts';
import { MemoryFilesystem } from './memory-filesystem.ts';
import { MemoryStore } from './memory-store.ts';

test('a layer does all that a file system does', () => {
  const members = Object.getOwnPropertyNames(AbstractedFS.prototype);
  const ownOnly = ['constructor', 'actAs', 'jail'];
  const layered = Object.getOwnPropertyNames(FileSystemLayer.prototype);
  expect(layered).toEqual(expect.arrayContaining(members.filter((name) => !ownOnly.includes(name))));
});

test('a layer that changes nothing is what is inside', async () => {
  const store = new MemoryStore();
  const layer = new FileSystemLayer(new MemoryFilesystem('/home', store));
  await layer.mkdir('/sub', 0o755);
  expect([layer.root, layer.home, layer.realPath('/sub')]).toEqual(['/home', '/', '/home/sub']);
  expect(await layer.resolve('/sub/../sub', { follow: true, allowMissing: false })).toBe('/sub');
  expect(await layer.stat('/sub')).toMatchObject({ type: 'dir' });
  const upload = await layer.createUpload('/file', { mode: 0o644, atomic: true });
  await upload.file.write([Buffer.from('content')], 0);
  await upload.commit();
  expect((await layer.open('/file')).size).toBe(7);
  await layer.rename('/file', '/sub/file');
  await layer.remove('/sub/file');
  await layer.rmdir('/sub');
  const directory = await layer.openDirectory('/');
  expect(await directory.names()).toEqual([]);
});
