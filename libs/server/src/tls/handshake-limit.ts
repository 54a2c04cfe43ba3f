/** What each handshake has for sure, in milliseconds; one that is older may have to make room. */
const PATIENCE_MS = 250;

interface Place {
  readonly address: string;
  readonly since: number;
  readonly giveUp: () => void;
}

/**
 * Places for what is under way, in all and from each address. Where none is free, the oldest has to make room, once it has had
 * its time: who begins handshakes and never ends them holds up nobody but others of the same kind.
 */
export class HandshakeLimit {
  readonly #max: number;
  readonly #maxPerAddress: number;
  /** The oldest first. */
  readonly #places = new Set<Place>();
  readonly #byAddress = new Map<string, Set<Place>>();

  /** @param max The most in all, and `maxPerAddress` from one address; 0 for no limit. */
  constructor(max: number, maxPerAddress: number) {
    this.#max = max;
    this.#maxPerAddress = maxPerAddress;
  }

  /** How many there are. */
  get total(): number {
    return this.#places.size;
  }

  /**
   * Takes a place for one from this address.
   * @param giveUp Called when the place is needed for another one.
   * @returns Gives the place back; undefined when there is none.
   */
  enter(address: string, giveUp: () => void): (() => void) | undefined {
    const own = this.#byAddress.get(address);
    if (own !== undefined && isFull(own, this.#maxPerAddress) && !this.#makeRoom(own)) return undefined;
    if (isFull(this.#places, this.#max) && !this.#makeRoom(this.#places)) return undefined;
    const place = { address, since: performance.now(), giveUp };
    this.#places.add(place);
    const others = this.#byAddress.get(address);
    if (others === undefined) this.#byAddress.set(address, new Set([place]));
    else others.add(place);
    return () => this.#leave(place);
  }

  #makeRoom(places: ReadonlySet<Place>): boolean {
    const [oldest] = places;
    if (oldest === undefined || performance.now() - oldest.since < PATIENCE_MS) return false;
    this.#leave(oldest);
    oldest.giveUp();
    return true;
  }

  #leave(place: Place): void {
    if (!this.#places.delete(place)) return;
    const own = this.#byAddress.get(place.address);
    own?.delete(place);
    if (own?.size === 0) this.#byAddress.delete(place.address);
  }
}

function isFull(places: ReadonlySet<Place>, max: number): boolean {
  return max > 0 && places.size >= max;
}
