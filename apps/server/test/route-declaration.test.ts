import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { requireRouteDeclarations, type RouteDeclaration } from '../src/http/route-declaration.ts';

function register(method: 'GET' | 'POST', declares?: RouteDeclaration): () => void {
  const app = Fastify();
  requireRouteDeclarations(app);
  return () => app.route({ method, url: '/x', config: declares ? { declares } : {}, handler: () => 'x' });
}

describe('A route', () => {
  it('is refused without a declaration', () => {
    expect(register('GET')).toThrow('The route GET /x must declare rate class, authentication and audit tag');
  });

  it('that changes something is refused without audit tag, or uncounted', () => {
    const declares = { rate: 'write', authentication: 'session', audit: 'a.b' } as const;
    expect(register('POST', { ...declares, audit: null })).toThrow('must name its audit tag');
    expect(register('POST', { ...declares, rate: 'none' })).toThrow('must name a rate class');
    expect(register('POST', declares)).not.toThrow();
  });

  it('that changes nothing needs none', () => {
    expect(register('GET', { rate: 'none', authentication: 'none', audit: null })).not.toThrow();
  });
});
