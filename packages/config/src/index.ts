export { isLoopback, type DatabaseAddress, type StorageAddress } from './addresses.js';
export type { Environment } from './environment.js';
export type { NamedKey } from './fields.js';
export { loadSecrets, type Secrets } from './secrets.js';
export { withoutSecretFields, withoutSecrets } from './without-secrets.js';
export { unnamedProxy, type SettingDoubt } from './unnamed-proxy.js';
export { loadSettings, SettingsError, type Settings } from './settings.js';
