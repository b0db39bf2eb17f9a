export type { CallContext } from './calls/call-context.js';
export { createClient, type SlimyClient } from './create-client.js';
export { isSlimyError, SlimyError, type FailureReason } from './errors.js';
export type { ClientOptions, ContractMismatch } from './options.js';
export type { SlimyRouter, TrackedEvent } from './router-type.js';
