export { createServer } from './server.js';
export type { ServerParts } from './server-parts.js';
export type { PartHealth, Readiness } from './health/health-routes.js';
