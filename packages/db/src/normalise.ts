/**
 * Characters with a meaning in LIKE, kept as their full-width twins. Compatibility normalisation folds those
 * twins to the plain ones first, so no other text ends up there; and a pattern made of a normalised text has
 * nothing to escape, on either engine.
 */
const patternCharacters: Readonly<Record<string, string>> = { '%': '％', _: '＿', '\\': '＼' };

const combiningMarks = /[\u0300-\u036F]/g;
const NAME_KEY_CHARACTERS = 200;

/** Cuts a text to a number of code points, so that no character is halved. */
function cut(text: string, characters: number): string {
  return text.length <= characters ? text : Array.from(text).slice(0, characters).join('');
}

/**
 * The form of a name by which it is searched: without case, accents, compatibility variants, invisible and
 * repeated spaces, and without characters that mean something in a pattern. At most 200 characters. The same
 * for what is typed into a search field.
 */
export function normaliseName(name: string): string {
  const folded = name
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKD')
    .replace(combiningMarks, '')
    .normalize('NFKC')
    .replaceAll('ς', 'σ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/[%_\\]/g, (character) => patternCharacters[character] ?? character);
  return cut(folded, NAME_KEY_CHARACTERS);
}

/** The form of an e-mail address by which it is unique: without case and surrounding space. */
export function normaliseEmail(email: string): string {
  return email.normalize('NFC').trim().toLowerCase();
}
