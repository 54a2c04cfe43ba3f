/** Answers that are kept at a time. */
const MOST_KEPT = 1000;

interface Kept<Answer> {
  readonly since: number;
  readonly answer: Promise<Answer>;
}

/**
 * Asks as `ask` does, but the same question once in a while only: name services are slow, and sessions of one account ask the
 * same again and again. Failures are not kept.
 * @param milliseconds How old an answer may be.
 * @param keyOf What tells questions from each other.
 * @param now A clock in milliseconds.
 */
export function remembered<Question, Answer>(
  ask: (question: Question) => Promise<Answer>,
  milliseconds: number,
  keyOf: (question: Question) => string,
  now: () => number = () => performance.now(),
): (question: Question) => Promise<Answer> {
  const kept = new Map<string, Kept<Answer>>();
  return async (question) => {
    const key = keyOf(question);
    const known = kept.get(key);
    const since = now();
    if (known !== undefined && since - known.since < milliseconds) return known.answer;
    const entry = { since, answer: ask(question) };
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, entry);
    try {
      return await entry.answer;
    } catch (error) {
      if (kept.get(key) === entry) kept.delete(key);
      throw error;
    }
  };
}
