/** A hue between 0 and 359 that always belongs to the same id. */
export function hueOf(id: string): number {
  let sum = 7;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 3_600;
  return sum % 360;
}
