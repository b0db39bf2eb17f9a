// What opening a server takes; loaded only by programs that have one.
export { MysqlAdapterFactory } from './adapter.js';
export { MysqlConnections } from './connections.js';
export { MysqlDirect, MysqlDirectTransaction } from './direct.js';
export { preflight } from './preflight.js';
