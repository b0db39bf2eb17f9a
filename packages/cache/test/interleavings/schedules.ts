/** Every order in which the steps of some actors can happen; each actor's own steps keep theirs. */
export function* interleavings<Step>(actors: readonly (readonly Step[])[]): Generator<readonly Step[]> {
  if (actors.every((steps) => steps.length === 0)) {
    yield [];
    return;
  }
  for (const [index, [first]] of actors.entries()) {
    if (first !== undefined) {
      const rest = actors.map((steps, other) => (other === index ? steps.slice(1) : steps));
      for (const order of interleavings(rest)) {
        yield [first, ...order];
      }
    }
  }
}

/** A part of a sequence, spread evenly over it; all of it when it is short enough. */
export function spread<T>(all: readonly T[], count: number): readonly T[] {
  if (all.length <= count) {
    return all;
  }
  return Array.from({ length: count }, (_, index) => all[Math.floor((index * all.length) / count)]).filter(
    (item) => item !== undefined,
  );
}
