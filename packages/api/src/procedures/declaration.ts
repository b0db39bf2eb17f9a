import type { InputOf, OutputOf, ProcedureContract, ProcedureName, procedures } from '@slimy/contract';
import type { Caller, Rule, Services } from '@slimy/core';
import type { RateClass } from '../rate/rate-classes.js';

type KindOf<Name extends ProcedureName> = (typeof procedures)[Name]['kind'];

/** A declaration of any kind of procedure. */
export interface AnyDeclaration extends CommonDeclaration {
  readonly audit?: AuditTag;
}

interface CommonDeclaration {
  readonly rate: RateClass;
  readonly rule: Rule;
  /** Whether the bot may call it for a person; it may not unless this says so. */
  readonly viaBot?: boolean;
  /** Whether a program may call it with a personal API token; it may unless this says no. */
  readonly byToken?: boolean;
}

/** Under which name a change stands in the audit trail: the thing and what happens to it. */
type AuditTag = `${string}.${string}`;

/** What a procedure says about itself: a mutation names its audit tag, anything else has none. */
export type DeclarationOf<Name extends ProcedureName> = CommonDeclaration &
  (KindOf<Name> extends 'mutation' ? { readonly audit: AuditTag } : { readonly audit?: never });

interface HandlerOptions<Input> {
  readonly services: Services;
  readonly caller: Caller;
  readonly input: Input;
  /** Where a subscriber that comes back left off; null for everybody else. */
  readonly lastEventId: string | null;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  /** To be told from which place on a subscription gives everything. */
  readonly begun: (place: string) => void;
}

/** The line behind a procedure: hands the parsed input to one service. */
export type HandlerOf<Name extends ProcedureName> = (
  options: HandlerOptions<InputOf<Name>>,
) => KindOf<Name> extends 'subscription'
  ? AsyncIterable<{ readonly id: string; readonly event: OutputOf<Name> }>
  : Promise<OutputOf<Name>>;

/** A procedure as the program reads it at run time: its contract, what it declared, what it does. */
export interface DeclaredProcedure {
  readonly name: ProcedureName;
  readonly contract: ProcedureContract;
  readonly rate: RateClass;
  readonly rule: Rule;
  readonly viaBot: boolean;
  readonly byToken: boolean;
  readonly audit: AuditTag | null;
  readonly handler: AnyHandler;
}

/** The line behind any procedure, as the program calls it: with an input its schema has accepted. */
export type AnyHandler = (options: HandlerOptions<unknown>) => unknown;
