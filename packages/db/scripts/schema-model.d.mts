export interface SchemaField {
  readonly name: string;
  readonly type: string;
  readonly scalar: boolean;
  readonly list: boolean;
  readonly optional: boolean;
  readonly column: string;
  /** Name of the native type, such as VarChar. */
  readonly native: string | undefined;
  readonly length: number | undefined;
  readonly maxCharacters: number | undefined;
  readonly maxBytes: number | undefined;
  readonly id: boolean;
  readonly unique: boolean;
  readonly default: string | undefined;
  /** Fields that hold the key, on the side of a relation that has it. */
  readonly relationFields: readonly string[] | undefined;
  readonly onDelete: string | undefined;
}

export interface SchemaIndex {
  readonly kind: 'id' | 'unique' | 'index';
  readonly fields: readonly string[];
}

export interface SchemaModel {
  readonly name: string;
  readonly table: string;
  readonly fields: readonly SchemaField[];
  readonly indexes: readonly SchemaIndex[];
}

export function readSchema(text: string): {
  readonly models: readonly SchemaModel[];
  readonly enums: readonly string[];
};
export function uniqueIndexesOf(model: SchemaModel): { name: string; table: string; columns: string[] }[];
export function sqliteSchema(text: string): string;
