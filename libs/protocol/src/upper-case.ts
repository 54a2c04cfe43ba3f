/**
 * A word of a command in upper case (RFC 959 §5.3.1): only ASCII letters have one. By the rules of Unicode the Turkish `ı` would
 * be an `I`, and `ſ` an `S`.
 */
export function upperCase(word: string): string {
  return word.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase());
}
