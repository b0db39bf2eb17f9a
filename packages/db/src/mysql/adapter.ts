import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import type {
  IsolationLevel,
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  SqlResultSet,
  Transaction,
} from '@prisma/driver-adapter-utils';
import {
  ACQUIRE_TIMEOUT_MS,
  CONNECT_TIMEOUT_MS,
  sessionSettings,
  type ServerAddress,
} from './connection-settings.js';
import type { StatementWatch } from './statement-watch.js';

/** Prepared statements kept open on one connection. */
const STATEMENTS_KEPT = 256;

function watched<Queryable extends SqlQueryable>(queryable: Queryable, watch: StatementWatch): Queryable {
  const queryRaw = queryable.queryRaw.bind(queryable);
  const executeRaw = queryable.executeRaw.bind(queryable);
  return Object.assign(queryable, {
    queryRaw: (query: SqlQuery): Promise<SqlResultSet> => watch(query.sql, () => queryRaw(query)),
    executeRaw: (query: SqlQuery): Promise<number> => watch(query.sql, () => executeRaw(query)),
  });
}

/** Prisma's own adapter over the mariadb driver, with every statement watched. */
export function watchedMysqlAdapter(
  { ssl, ...address }: ServerAddress,
  connections: number,
  watch: StatementWatch,
): SqlDriverAdapterFactory {
  const factory = new PrismaMariaDb(
    {
      ...address,
      ...(ssl ? { ssl: { ...ssl } } : {}),
      connectionLimit: connections,
      // The driver never opens a first connection with 0.
      minimumIdle: 1,
      connectTimeout: CONNECT_TIMEOUT_MS,
      acquireTimeout: ACQUIRE_TIMEOUT_MS,
      initSql: sessionSettings,
      prepareCacheLength: STATEMENTS_KEPT,
      collation: 'UTF8MB4_BIN',
    },
    { database: address.database },
  );
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    async connect(): Promise<SqlDriverAdapter> {
      const adapter = await factory.connect();
      const start = adapter.startTransaction.bind(adapter);
      return Object.assign(watched(adapter, watch), {
        startTransaction: async (isolation?: IsolationLevel): Promise<Transaction> =>
          watched(await start(isolation), watch),
      });
    },
  };
}
