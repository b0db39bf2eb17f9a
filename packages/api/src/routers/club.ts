import { rule } from '@slimy/core';
import { procedure } from '../procedures/procedure.js';

/** A guild's club: what was read of it and of its members. */
export const clubRouter = {
  analysis: {
    byId: procedure(
      'club.analysis.byId',
      { rate: 'read', rule: rule.member, viaBot: true },
      ({ services, caller, input }) => services.clubAnalyses.byId(caller, input),
    ),
    list: procedure(
      'club.analysis.list',
      { rate: 'read', rule: rule.member, viaBot: true },
      ({ services, caller, input }) => services.clubAnalyses.list(caller, input),
    ),
    delete: procedure(
      'club.analysis.delete',
      { rate: 'write', rule: rule.action('upload_club_data'), viaBot: true, audit: 'club.analysis.delete' },
      ({ services, caller, input }) => services.clubAnalyses.delete(caller, input),
    ),
  },
  metrics: {
    byCategory: procedure(
      'club.metrics.byCategory',
      { rate: 'read', rule: rule.member },
      ({ services, caller, input }) => services.clubAnalyses.metricsByCategory(caller, input),
    ),
  },
  members: {
    latest: procedure(
      'club.members.latest',
      { rate: 'read', rule: rule.member, viaBot: true },
      ({ services, caller, input }) => services.clubMembers.latest(caller, input),
    ),
    history: procedure(
      'club.members.history',
      { rate: 'read', rule: rule.member },
      ({ services, caller, input }) => services.clubMembers.history(caller, input),
    ),
  },
};
