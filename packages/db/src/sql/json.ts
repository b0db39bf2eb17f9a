/** Half a character, as `JSON.stringify` writes it; a backslash that is itself escaped does not begin one. */
const HALF = /(?<=(?:^|[^\\])(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/**
 * The JSON text of a value as a database takes it: half a character, which MySQL's JSON refuses and other columns
 * replace, becomes U+FFFD. Undefined for what has no form in JSON.
 */
export function storableJson(value: unknown): string | undefined {
  const text: unknown = JSON.stringify(value);
  if (typeof text !== 'string') return undefined;
  return text.includes('\\ud') ? text.replaceAll(HALF, '\ufffd') : text;
}
