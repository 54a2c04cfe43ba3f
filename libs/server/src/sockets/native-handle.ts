/** Node gives the descriptor of a socket or a listener nowhere else; undefined where it has none (Windows, a worker of a cluster). */
export function descriptorOf(socket: object): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return undefined;
  return typeof handle.fd === 'number' && handle.fd >= 0 ? handle.fd : undefined;
}
