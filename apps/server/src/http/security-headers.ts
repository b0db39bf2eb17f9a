import type { FastifyReply } from 'fastify';

/** The headers of every answer. */
export function securityHeaders(https: boolean): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(https ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}

/**
 * The policy of the web page: scripts from this server alone and none inline. Styles may stand inline because
 * the component library sets its variables that way; pictures also come from Discord's own host.
 */
export function contentSecurityPolicy(pictureHost: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: ${pictureHost}`,
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Marks an answer that is one person's: no cache may keep it. */
export function keepPrivate(reply: FastifyReply): void {
  reply.header('cache-control', 'no-store');
}
