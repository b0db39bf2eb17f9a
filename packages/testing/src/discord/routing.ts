import type { RestRoute } from './rest-call.js';

/** Finds the route of a request: by method and path, parameters taken out of the path. */
export class RouteTable {
  readonly #routes: readonly (RestRoute & { readonly matcher: RegExp })[];

  constructor(routes: readonly RestRoute[]) {
    this.#routes = routes.map((route) => ({
      ...route,
      matcher: new RegExp(`^${route.pattern.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
    }));
  }

  /** The first matching route; `undefined` when nothing is served there under that method. */
  find(method: string, path: string): { route: RestRoute; params: Record<string, string> } | undefined {
    for (const route of this.#routes) {
      const match = route.method === method ? route.matcher.exec(path) : null;
      if (!match) continue;
      const params = Object.entries(match.groups ?? {}).map(([name, value]) => [
        name,
        decodeURIComponent(value),
      ]);
      return { route, params: Object.fromEntries(params) };
    }
    return undefined;
  }
}

/** The path below `/api` and its version; null for a path outside it or a version that is not served. */
export function apiPath(pathname: string): string | null {
  const match = /^\/api(?:\/v(?<version>\d+))?(?<path>\/.*)$/.exec(pathname);
  const path = match?.groups?.['path'];
  if (path === undefined) return null;
  const version = match?.groups?.['version'];
  return version === '10' || (version === undefined && path.startsWith('/oauth2/')) ? path : null;
}
