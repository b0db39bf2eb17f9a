import type { RateClass } from '@slimy/api';
import type { FastifyInstance } from 'fastify';

/** What every route says about itself. */
export interface RouteDeclaration {
  /** The class its calls count under, by person where `authentication` is `session`, else by address; `procedure`: each procedure's own; `none`: not counted. */
  readonly rate: RateClass | 'procedure' | 'none';
  /** Who is asked for: nobody, the procedure's own rule, a session, whoever holds a signed address, or the metrics token. */
  readonly authentication: 'none' | 'procedure' | 'session' | 'signature' | 'metrics';
  /** The audit tag of what it changes; `procedure`: each procedure's own; null: it changes nothing. */
  readonly audit: string | null;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    declares?: RouteDeclaration;
  }
}

/**
 * Refuses to register a route that does not declare itself, or one that may change something without an audit
 * tag. @throws Error at registration, so the program does not start with it.
 */
export function requireRouteDeclarations(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    const methods = [method].flat();
    const name = `${methods.join(',')} ${url}`;
    const declares = config?.declares;
    if (!declares) {
      throw new Error(
        `The route ${name} must declare rate class, authentication and audit tag in config.declares.`,
      );
    }
    const changes = methods.some((verb) => verb !== 'GET' && verb !== 'HEAD');
    if (changes && declares.audit === null)
      throw new Error(`The route ${name} changes something and must name its audit tag.`);
    if (changes && declares.rate === 'none')
      throw new Error(`The route ${name} changes something and must name a rate class.`);
  });
}
