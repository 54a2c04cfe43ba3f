import { isForTests } from './check-imports.ts';
import type { ImportGraph } from './import-graph.ts';
import type { Floors } from './layout.ts';

interface Place {
  readonly source: string;
  readonly floor: number;
  readonly room: string;
}

/** Where a file stands; undefined when the package has no floors, or the file is for tests. */
function placeOf(floors: Floors, path: string): Place | 'nowhere' | undefined {
  const source = Object.keys(floors).find((folder) => path.startsWith(`${folder}/`));
  if (source === undefined || isForTests(path)) return undefined;
  const name = path.slice(source.length + 1);
  for (const [floor, rooms] of (floors[source] ?? []).entries()) {
    const room = rooms.find((one) => name === one || name.startsWith(`${one}/`));
    if (room !== undefined) return { source, floor, room: `${source}/${room}` };
  }
  return 'nowhere';
}

/** Every import that leads up, or across to another room of the same floor, a line each. */
export function checkFloors(graph: ImportGraph, floors: Floors): string[] {
  return Array.from(graph, ([path, edges]) => {
    const from = placeOf(floors, path);
    if (from === undefined) return [];
    if (from === 'nowhere') return [`${path}: its folder has no floor in tools/boundaries/src/layout.ts`];
    return edges.flatMap(({ to, line }) => {
      const place = placeOf(floors, to);
      if (place === undefined || place === 'nowhere' || place.source !== from.source) return [];
      if (place.room === from.room || place.floor < from.floor) return [];
      const where = place.floor === from.floor ? 'beside it' : 'above it';
      return [`${path}:${line}: imports ${to}, which is ${where} (see the floors in tools/boundaries/src/layout.ts)`];
    });
  }).flat();
}
