/** Slots of a Redis Cluster. */
const slots = 16_384;

/** CRC-16/XMODEM, as the Cluster specification wants it. */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) {
    crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  }
  return crc;
});

/** The part of a key that decides its slot: what stands in the first braces, if anything does. */
function hashedPart(key: string): string {
  const open = key.indexOf('{');
  if (open === -1) {
    return key;
  }
  const close = key.indexOf('}', open + 1);
  return close > open + 1 ? key.slice(open + 1, close) : key;
}

/** The slot of a key. */
export function slotOf(key: string): number {
  let crc = 0;
  for (const byte of Buffer.from(hashedPart(key))) {
    crc = ((crc << 8) ^ (table[((crc >> 8) ^ byte) & 0xff] ?? 0)) & 0xffff;
  }
  return crc % slots;
}
