/** What stands at a place of a list in JSON: an id or name of at most 64 characters, a whole number, any number. */
export type ItemType = 'name' | 'whole' | 'real';

/** The lists that a JSON column holds a list of, as rows that are joined to their row. */
export interface JsonItems<Name extends string> {
  /** What is joined, under the name `item`. */
  readonly from: string;
  /** The expression of each place, by the name given to it. */
  readonly item: Readonly<Record<Name, string>>;
}

/** Makes one text of each named place. */
export function textsOf<Name extends string>(
  places: Readonly<Record<Name, ItemType>>,
  text: (name: string, type: ItemType, place: number) => string,
): Readonly<Record<Name, string>>;
export function textsOf(
  places: Readonly<Record<string, ItemType>>,
  text: (name: string, type: ItemType, place: number) => string,
): Readonly<Record<string, string>> {
  const named = Object.entries(places).map(([name, type], place) => [name, text(name, type, place)] as const);
  return Object.fromEntries(named);
}
