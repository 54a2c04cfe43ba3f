// The languages of a server's replies [languages §4].
import type { WireCodec } from '@pure-ftpd/protocol';

import type { Catalogue } from './catalogue.ts';

/** Where a charset lacks letters of a language, it speaks this one. */
const ENGLISH = 'en';

/** The languages that replies can be said in; clients choose one with LANG. */
export class Languages {
  /** The language that sessions begin in. */
  readonly initial: string;
  /** Those that clients may choose from, {@link initial} first, as BCP 47 writes them. */
  readonly offered: readonly string[];
  readonly #make: (tag: string) => Catalogue;
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #textOf: (tag: string) => string;
  readonly #catalogues = new Map<string, Catalogue>();
  readonly #sayable = new WeakMap<WireCodec, Map<string, boolean>>();

  /**
   * @param make The catalogue of a language, made when it is first spoken: of those offered, and of `en`.
   * @param aliases What else languages are called, in lower case, and the tags of those that are meant.
   * @param textOf All that a language says, of which a charset must have every character for it.
   */
  constructor(
    initial: string,
    offered: readonly string[],
    make: (tag: string) => Catalogue,
    aliases: ReadonlyMap<string, string> = new Map(),
    textOf: (tag: string) => string = () => '',
  ) {
    this.initial = initial;
    this.offered = [initial, ...offered.filter((tag) => tag !== initial)];
    this.#make = make;
    this.#aliases = aliases;
    this.#textOf = textOf;
  }

  /** Whether there is more than one. */
  get isChoice(): boolean {
    return this.offered.length > 1;
  }

  /** How a language says outcomes; one that is not offered leaves it to the initial one. */
  catalogueOf(tag: string): Catalogue {
    const known = this.#catalogues.get(tag);
    if (known !== undefined) return known;
    if (!this.offered.includes(tag) && tag !== ENGLISH) return this.catalogueOf(this.initial);
    const catalogue = this.#make(tag);
    this.#catalogues.set(tag, catalogue);
    return catalogue;
  }

  /** The language to speak in a charset: the one that is wanted, where the charset has all its characters, else English. */
  sayable(tag: string, wire: WireCodec): string {
    let known = this.#sayable.get(wire);
    if (known === undefined) this.#sayable.set(wire, (known = new Map<string, boolean>()));
    let isSayable = known.get(tag);
    if (isSayable === undefined) known.set(tag, (isSayable = wire.has(this.#textOf(tag))));
    return isSayable ? tag : ENGLISH;
  }

  /** The language that a client means: that of the tag, else of its first part, else one with that first part. */
  find(tag: string): string | undefined {
    const wanted = tag.toLowerCase();
    const [primary = ''] = wanted.split('-');
    return (
      this.#exactly(wanted) ??
      this.#exactly(primary) ??
      this.offered.find((offered) => offered.toLowerCase().startsWith(`${primary}-`))
    );
  }

  #exactly(wanted: string): string | undefined {
    const meant = this.#aliases.get(wanted)?.toLowerCase() ?? wanted;
    return this.offered.find((offered) => offered.toLowerCase() === meant);
  }
}
