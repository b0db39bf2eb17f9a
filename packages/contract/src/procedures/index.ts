import { auditProcedures } from './audit.js';
import { authProcedures } from './auth.js';
import { clubProcedures } from './club.js';
import { conversationProcedures } from './conversation.js';
import { guildMemberProcedures } from './guild-members.js';
import { guildPersonalityProcedures } from './guild-personality.js';
import { guildSettingsProcedures } from './guild-settings.js';
import { guildProcedures } from './guild.js';
import { messageProcedures } from './message.js';
import { lifecycleProcedures } from './lifecycle.js';
import type { z } from 'zod';
import type { ProcedureContract } from './procedure.js';
import { screenshotProcedures } from './screenshot.js';
import { systemProcedures } from './system.js';
import { usageProcedures } from './usage.js';
import { uploadProcedures } from './upload.js';
import { userProcedures } from './user.js';

/** Every procedure by its full name. The router is built against this table and nothing else. */
export const procedures = {
  ...authProcedures,
  ...userProcedures,
  ...guildProcedures,
  ...guildMemberProcedures,
  ...guildSettingsProcedures,
  ...guildPersonalityProcedures,
  ...auditProcedures,
  ...clubProcedures,
  ...screenshotProcedures,
  ...usageProcedures,
  ...conversationProcedures,
  ...messageProcedures,
  ...lifecycleProcedures,
  ...uploadProcedures,
  ...systemProcedures,
} as const satisfies Record<string, ProcedureContract>;

export type ProcedureName = keyof typeof procedures;
/** What a service receives for a procedure: the parsed input. */
export type InputOf<Name extends ProcedureName> = z.output<(typeof procedures)[Name]['input']>;
/** What a service gives for a procedure. */
export type OutputOf<Name extends ProcedureName> = z.output<(typeof procedures)[Name]['output']>;
