// PEM: text with blocks of base64 between BEGIN and END lines [RFC 7468].

/** A block, with its lines. */
export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY`, … */
  readonly label: string;
  readonly text: string;
}

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASHES = '-----';
const LABEL = /^[A-Z0-9 ]{1,64}$/;

/** The blocks of a text, in order. What is between them, and a block without its end, is passed over. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let end = text.indexOf(END);
  for (let at = text.indexOf(BEGIN); at !== -1 && end !== -1;) {
    // Looked for once: a text of beginnings only would be searched to its end for each of them.
    if (end < at) end = text.indexOf(END, at);
    const next = text.indexOf(BEGIN, at + BEGIN.length);
    if (end !== -1 && (next === -1 || end < next)) {
      const block = blockBetween(text, at, end);
      if (block !== undefined) blocks.push(block);
    }
    at = next;
  }
  return blocks;
}

function blockBetween(text: string, begin: number, end: number): PemBlock | undefined {
  const inside = text.slice(begin + BEGIN.length, end);
  const label = inside.slice(0, Math.max(0, inside.indexOf(DASHES)));
  const endLine = `${END}${label}${DASHES}`;
  if (!LABEL.test(label) || !text.startsWith(endLine, end)) return undefined;
  return { label, text: `${text.slice(begin, end)}${endLine}\n` };
}
