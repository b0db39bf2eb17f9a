import { personOf, type Actor, type KnownPerson } from '../caller.js';
import { AppError } from '../errors.js';

/** The person behind a call that the gate let through as somebody's own. @throws AppError `not_signed_in` */
export function requirePerson(actor: Actor): KnownPerson {
  const person = personOf(actor);
  if (person === null) throw new AppError('not_signed_in', 'Sign in first.');
  return person;
}
