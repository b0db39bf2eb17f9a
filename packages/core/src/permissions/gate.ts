import { z } from 'zod';
import type { Actor, Caller } from '../caller.js';
import { AppError } from '../errors.js';
import { requireAction } from './actions.js';
import { requireKnown, requireMembership } from './membership.js';
import { openToBot, resolvers, type ResolverReaders } from './resolvers.js';
import type { CallForm, PermissionGate, Rule } from './rules.js';
import type { GuildStanding } from './standing.js';

const guildNamed = z.object({ guildId: z.string() });

/** Refuses a way of calling that the procedure does not offer, whoever the person is. */
function refuseForm(actor: Actor, rule: Rule, form: CallForm): void {
  switch (actor.kind) {
    case 'bot':
      if (rule.kind === 'bot' && actor.actingAs === null) return;
      if (rule.kind === 'public' && actor.actingAs === null) return;
      if (rule.kind === 'resolver' && openToBot.has(rule.name) && actor.actingAs === null) return;
      if (rule.kind !== 'bot' && actor.actingAs !== null && form.viaBot) break;
      throw new AppError(
        'not_via_bot',
        actor.actingAs
          ? 'The bot may not do this for a person.'
          : 'The bot may not do this by itself: it must name the person it acts for.',
      );
    case 'system':
      throw new AppError('not_via_bot', 'The program itself calls no procedures.');
    case 'token':
      if (!form.byToken || rule.kind === 'operator') {
        throw new AppError('not_via_token', 'This cannot be done with a personal token.', {
          remedy: 'Sign in on the web page and do it there.',
        });
      }
      if (form.mutation && actor.access === 'read') {
        throw new AppError('read_only_token', 'This token may only read.', {
          remedy: 'Create a token with read and write access.',
        });
      }
      break;
    case 'user':
    case 'anonymous':
  }
  if (rule.kind === 'bot') throw new AppError('bot_only', 'Only the bot may do this.');
  if (rule.kind === 'operator' && !(actor.kind === 'user' && actor.operator)) {
    throw new AppError('operator_only', 'Only an operator of this installation may do this.');
  }
}

/** The gate every procedure call passes. Reads standing strictly; holds none of its own. */
export function createPermissionGate(readers: ResolverReaders): PermissionGate {
  /** The caller's place in the guild that the input names; who has none may not know whether it exists. */
  async function membership({ actor }: Caller, input: unknown): Promise<GuildStanding> {
    const { guildId } = guildNamed.parse(input);
    return requireMembership(actor, await readers.callerStanding(actor), guildId);
  }

  return {
    beforeInput({ actor }, rule) {
      if (actor.kind !== 'anonymous' || rule.kind === 'public') return;
      throw actor.sessionEnded
        ? new AppError('session_ended', 'Your session has ended. Sign in again.')
        : new AppError('not_signed_in', 'Sign in first.');
    },

    async afterInput(caller, rule, input, form) {
      refuseForm(caller.actor, rule, form);
      switch (rule.kind) {
        case 'public':
        case 'operator':
        case 'bot':
          return;
        case 'signedIn':
        case 'self':
          requireKnown(caller.actor);
          return;
        case 'member':
          await membership(caller, input);
          return;
        case 'action':
          requireAction(await membership(caller, input), rule.action);
          return;
        case 'resolver':
          await resolvers[rule.name](caller, input, readers);
      }
    },
  };
}
