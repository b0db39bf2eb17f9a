/** One subscription in the list of a stream. */
export interface Wanted {
  readonly id: number;
  readonly path: string;
  readonly input?: unknown;
  readonly lastEventId?: string;
}

/** The address of the stream that carries these subscriptions. */
export function liveUrl(list: readonly Wanted[]): string {
  const wire = list.map(({ input, ...wanted }) =>
    input === undefined ? wanted : { ...wanted, input: { json: input } },
  );
  return `/trpc-live?list=${encodeURIComponent(JSON.stringify(wire))}`;
}
