// What opening an embedded file takes; loaded only by programs that have one.
export { SqliteAdapterFactory } from './adapter.js';
export { SqliteConnection } from './connection.js';
export { SqliteDirect, SqliteDirectTransaction } from './direct.js';
