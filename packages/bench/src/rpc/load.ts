import autocannon, { type Result } from 'autocannon';

/** What one round of load saw. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
}

/** Asks for one address over 64 kept connections for some seconds; `onAnswer` is told of each answer as it comes. */
export async function load(
  url: string,
  headers: Record<string, string>,
  seconds: number,
  onAnswer?: (status: number, tookMs: number) => void,
): Promise<LoadResult> {
  const result = await new Promise<Result>((resolve, reject) => {
    const running = autocannon(
      { url, headers, connections: 64, duration: seconds },
      (error: unknown, ended) => (error ? reject(error) : resolve(ended)),
    );
    if (onAnswer) running.on('response', (_client, status, _bytes, tookMs) => onAnswer(status, tookMs));
  });
  return {
    perSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failures: result.non2xx + result.errors + result.timeouts,
  };
}
