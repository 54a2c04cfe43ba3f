/** Columns on a line, in characters, that `-C` stays within. */
const LINE_WIDTH = 75;

const TAB = 8;

/** Names in columns of one width, down and then across, filled up with tabs: `LIST -C` [server-protocol §9.1]. */
export function* columns(names: readonly string[]): Generator<string> {
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
  const width = (Math.floor(longest / TAB) + 1) * TAB;
  const across = Math.max(1, Math.floor(LINE_WIDTH / width));
  const rows = Math.ceil(names.length / across);
  for (let row = 0; row < rows; row += 1) {
    let line = '';
    for (let at = row; at < names.length; at += rows) {
      const name = names[at] ?? '';
      line += at + rows < names.length ? name + '\t'.repeat(Math.ceil((width - name.length) / TAB)) : name;
    }
    yield line;
  }
}
