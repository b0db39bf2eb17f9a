import type { Database, Transaction } from '../database.js';
import { DatabaseError } from '../errors.js';
import type { Tables } from './surface.js';

const clients = new WeakMap<Database | Transaction, Tables>();

/** Remembers the tables behind a database or transaction; nobody outside this package gets at them. */
export function withTables<Scope extends Database | Transaction>(scope: Scope, tables: Tables): Scope {
  clients.set(scope, tables);
  return scope;
}

/** The typed tables of a database or of a transaction, for the repositories. */
export function tablesOf(scope: Database | Transaction): Tables {
  const tables = clients.get(scope);
  if (!tables) throw new DatabaseError('misuse', 'Repositories need a database from openDatabase.');
  return tables;
}
