const whole = new Intl.NumberFormat('en');

/** A whole number with its thousands grouped. */
export function grouped(value: number | bigint): string {
  return whole.format(value);
}

/** A count with its noun: `1 member`, `1,204 members`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
