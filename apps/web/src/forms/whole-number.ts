/** A number as people type it: digits, grouped by spaces, commas, underscores or apostrophes. */
function digitsOf(text: string): string | null {
  const bare = text.replace(/[\s,_’']/g, '');
  return /^\d{1,19}$/.test(bare) ? bare : null;
}

/** What a text means for a field of whole numbers: null when empty, the text itself when it is no number. */
export function numberOrText(text: string): number | string | null {
  if (text.trim() === '') return null;
  const digits = digitsOf(text);
  return digits === null ? text : Number(digits);
}

/** What a text means for a field of powers, which may exceed what a number holds exactly. */
export function powerOrText(text: string): bigint | string | null {
  if (text.trim() === '') return null;
  const digits = digitsOf(text);
  return digits === null ? text : BigInt(digits);
}
