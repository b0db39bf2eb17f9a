export * from './caller.js';
export * from './errors.js';
export * from './permissions/rules.js';
export * from './services/services.js';
