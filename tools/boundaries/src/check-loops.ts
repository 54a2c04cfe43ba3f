import type { ImportGraph } from './import-graph.ts';

/** What Tarjan's algorithm knows of a file: when it was met, and the earliest file that it leads back to. */
interface Visit {
  readonly order: number;
  earliest: number;
  isOpen: boolean;
}

/** The groups of files that import each other, each sorted; a file that imports itself is one. */
export function loopsOf(graph: ImportGraph): string[][] {
  const visits = new Map<string, Visit>();
  const open: string[] = [];
  const loops: string[][] = [];

  function visit(file: string): Visit {
    const mine: Visit = { order: visits.size, earliest: visits.size, isOpen: true };
    visits.set(file, mine);
    open.push(file);
    for (const { to } of graph.get(file) ?? []) {
      const other = visits.get(to) ?? visit(to);
      if (other.isOpen) mine.earliest = Math.min(mine.earliest, other.earliest);
    }
    if (mine.earliest === mine.order) close(file);
    return mine;
  }

  /** Everything that was met since a file, and leads back to it, is a group. */
  function close(first: string): void {
    const group = open.splice(open.indexOf(first));
    for (const file of group) {
      const known = visits.get(file);
      if (known !== undefined) known.isOpen = false;
    }
    const importsItself = graph.get(first)?.some(({ to }) => to === first) === true;
    if (group.length > 1 || importsItself) loops.push(group.sort());
  }

  for (const file of graph.keys()) if (!visits.has(file)) visit(file);
  return loops.sort(([one = ''], [other = '']) => (one < other ? -1 : 1));
}

/** Every loop of imports, types included, a line each with the imports that tie it. */
export function checkLoops(graph: ImportGraph): string[] {
  return loopsOf(graph).map((loop) => {
    const members = new Set(loop);
    const ties = loop.flatMap((file) =>
      (graph.get(file) ?? []).flatMap(({ to, line }) => (members.has(to) ? [`${file}:${line} imports ${to}`] : [])),
    );
    return `${loop.length} files import each other: ${ties.join('; ')}`;
  });
}
