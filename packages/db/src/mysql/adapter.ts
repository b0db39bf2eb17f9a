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
import type { StatementTimer } from './direct.js';

/** Prepared statements kept open on one connection. */
const STATEMENTS_KEPT = 256;

function timed<Queryable extends SqlQueryable>(queryable: Queryable, timer: StatementTimer): Queryable {
  const queryRaw = queryable.queryRaw.bind(queryable);
  const executeRaw = queryable.executeRaw.bind(queryable);
  async function time<Result>(query: SqlQuery, run: (query: SqlQuery) => Promise<Result>): Promise<Result> {
    const start = performance.now();
    try {
      return await run(query);
    } finally {
      timer(query.sql, performance.now() - start);
    }
  }
  return Object.assign(queryable, {
    queryRaw: (query: SqlQuery): Promise<SqlResultSet> => time(query, queryRaw),
    executeRaw: (query: SqlQuery): Promise<number> => time(query, executeRaw),
  });
}

/** Prisma's own adapter over the mariadb driver, with every statement timed. */
export function timedMysqlAdapter(
  { ssl, ...address }: ServerAddress,
  connections: number,
  timer: StatementTimer,
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
      return Object.assign(timed(adapter, timer), {
        startTransaction: async (isolation?: IsolationLevel): Promise<Transaction> =>
          timed(await start(isolation), timer),
      });
    },
  };
}
