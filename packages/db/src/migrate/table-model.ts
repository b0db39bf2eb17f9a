/** A column as the Prisma schema declares it. */
export interface ColumnModel {
  readonly name: string;
  readonly type: 'String' | 'Boolean' | 'Int' | 'BigInt' | 'Float' | 'DateTime' | 'Json' | 'Bytes';
  /** MySQL's own type, such as `VarChar` with `32`. */
  readonly native: { readonly name: string; readonly length: number | null } | null;
  readonly nullable: boolean;
  /** A literal default; null without one. */
  readonly default: string | number | boolean | null;
  readonly autoIncrement: boolean;
}

/** An index as the schema declares it; `name` only where the schema gives one. */
export interface IndexModel {
  readonly name: string | null;
  readonly unique: boolean;
  readonly columns: readonly { readonly name: string; readonly order: 'asc' | 'desc' }[];
}

/** What happens to a row when the row it refers to goes or changes its key. */
export type ReferentialAction = 'CASCADE' | 'SET NULL' | 'RESTRICT' | 'NO ACTION' | 'SET DEFAULT';

export interface ForeignKeyModel {
  readonly columns: readonly string[];
  readonly table: string;
  readonly references: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
}

/** One table of the Prisma schema; `scripts/table-models.mjs` writes them out when the clients are generated. */
export interface TableModel {
  readonly table: string;
  readonly columns: readonly ColumnModel[];
  readonly primaryKey: readonly string[];
  readonly indexes: readonly IndexModel[];
  readonly foreignKeys: readonly ForeignKeyModel[];
}
