import type { RawAccess } from '../client/surface.js';
import type { Engine, SqlExecutor } from './direct-sql.js';
import { readRows, type Columns, type RawRow, type RowOf, type SqlValue } from './values.js';

function isRow(value: unknown): value is RawRow {
  return typeof value === 'object' && value !== null;
}

/** Direct SQL inside a transaction of the client. */
export class ClientExecutor implements SqlExecutor {
  readonly engine: Engine;
  readonly #client: RawAccess;

  constructor(engine: Engine, client: RawAccess) {
    this.engine = engine;
    this.#client = client;
  }

  async execute(text: string, parameters: readonly SqlValue[] = []): Promise<number> {
    return this.#client.$executeRawUnsafe(text, ...parameters);
  }

  async query<C extends Columns>(
    text: string,
    parameters: readonly SqlValue[],
    columns: C,
  ): Promise<RowOf<C>[]> {
    const rows = await this.#client.$queryRawUnsafe(text, ...parameters);
    return Array.isArray(rows) ? readRows(rows.filter(isRow), columns) : [];
  }

  async one<C extends Columns>(
    text: string,
    parameters: readonly SqlValue[],
    columns: C,
  ): Promise<RowOf<C> | null> {
    return (await this.query(text, parameters, columns))[0] ?? null;
  }
}
