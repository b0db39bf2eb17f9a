/** A hue between 0 and 359 that always belongs to the same id; ids that follow each other get distant ones. */
export function hueOf(id: string): number {
  let mixed = 0x811c9dc5;
  for (const letter of id) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return (mixed ^ (mixed >>> 13)) % 360;
}
