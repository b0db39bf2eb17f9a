import type { FailureReason, SlimyError } from '@slimy/client';
import { settingOptionName } from '../commands/settings-options.js';
import { plain } from './markdown.js';

/** What a text may need besides the error itself. */
export interface FailureContext {
  /** Where the web page is. */
  readonly webUrl: string;
  /** Whether what failed was meant to change something. */
  readonly changing: boolean;
}

type FailureText = (error: SlimyError, context: FailureContext) => string;

const tryAgain = 'Try again in a moment; if it stays so, tell the operator of this bot.';
/** For failures that leave open what the server did: a change may be saved although its answer did not come. */
const afterSilence = ({ changing }: FailureContext) =>
  changing
    ? 'It is not certain whether anything was saved: look before you try again. If it stays so, tell the operator of this bot.'
    : tryAgain;
const operatorMust = (what: string) => () => `This bot is not set up right: ${what}. Tell its operator.`;
const outOfDate = () => 'This command is not understood any more. Try again once the bot has been updated.';

function waitText({ retryAfterSeconds }: SlimyError): string {
  const seconds = retryAfterSeconds ?? 60;
  return `That was a lot at once. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
}

function fieldsText(error: SlimyError): string {
  const lines = error.fields.map(({ path, message }) => `\`${settingOptionName(path)}\` ${plain(message)}.`);
  return ['That cannot be saved:', ...(lines.length > 0 ? lines : [plain(error.message)])].join('\n');
}

/** What a person is told, and what they can do, for everything that can go wrong. A reason without a text does not compile. */
export const failureTexts: Record<FailureReason, FailureText> = {
  not_signed_in: (_, { webUrl }) => `Slimy does not know you yet. Sign in once at ${webUrl}, then try again.`,
  session_ended: (_, { webUrl }) => `Your session has ended. Sign in again at ${webUrl}.`,
  bad_credentials: operatorMust('the API does not accept its token (BOT_API_TOKENS)'),
  action_not_allowed: () =>
    'Your roles in this server do not allow that. Ask one of its admins for a role that does.',
  operator_only: () => 'Only the operator of this installation may do that, on the web page.',
  self_only: () => 'You may only do that for yourself.',
  bot_only: operatorMust("it called something that is the bot's own"),
  not_via_bot: (_, { webUrl }) => `That cannot be done from Discord. Use the web page: ${webUrl}`,
  not_via_token: operatorMust('it calls with the personal token of somebody, which may not do that'),
  read_only_token: operatorMust('its token may only read'),
  foreign_origin: operatorMust('the API refuses its address'),
  rank_too_low: () =>
    'You can only change people whose role here is below your own. Ask somebody with a higher role.',
  discord_permission_missing: () =>
    'Discord says you may not do that: it needs the permission **Manage Server** (or to own the server). Ask somebody who has it.',
  login_denied: (_, { webUrl }) => `Discord did not sign you in. Try again at ${webUrl}.`,
  login_state_mismatch: (_, { webUrl }) => `That sign-in was too old. Begin again at ${webUrl}.`,
  not_found: () =>
    'Slimy knows nothing of this here. If this server is not connected yet, somebody with **Manage Server** can type `/guild connect`.',
  unknown_procedure: outOfDate,
  invalid_input: fieldsText,
  batch_too_large: () => 'That was too much at once. Ask for less.',
  confirmation_mismatch: () => 'The confirmation does not match. Type it exactly as asked.',
  malformed_body: outOfDate,
  wrong_method: outOfDate,
  wrong_content_type: outOfDate,
  unsupported_file: (error) => `That file cannot be taken. ${plain(error.message)}`,
  changed_meanwhile: () =>
    'Somebody else saved in the same moment. Look at what is there now, then try again.',
  already_exists: () => 'That is there already; there is nothing to do.',
  in_use: () => 'Something else still uses that. Delete what uses it first.',
  last_owner: () => 'The owner cannot be removed. Hand the server over in Discord first.',
  contract_mismatch: outOfDate,
  bot_not_in_guild: () => 'The bot is not in that server. Invite it there, then try again.',
  discord_sign_in_needed: (_, { webUrl }) =>
    `Discord no longer lets Slimy ask for you. Sign in with Discord once more at ${webUrl}.`,
  not_configured: (error) =>
    `That is not set up on this installation. ${plain(error.remedy ?? 'Tell its operator.')}`,
  quota_exceeded: (error, { webUrl }) =>
    `${plain(error.message)} Delete files that nobody needs any more at ${webUrl}, or ask the operator of this bot for more room.`,
  rate_limited: waitText,
  body_too_large: () => 'That was too long. Send less.',
  timed_out: (_, context) => `That took too long and was given up. ${afterSilence(context)}`,
  discord_unavailable: () => 'Discord does not answer right now. Try again in a minute.',
  ai_unavailable: () => 'The AI service does not answer right now. Try again in a minute.',
  database_unavailable: (_, context) => `The database cannot be reached right now. ${afterSilence(context)}`,
  storage_full: () => 'There is no room for files left on the server. Tell the operator of this bot.',
  storage_unavailable: () => `The file storage cannot be reached right now. ${tryAgain}`,
  too_busy: waitText,
  shutting_down: () => 'Slimy is restarting. Try again in a moment.',
  internal: () => `Something went wrong that should not have. ${tryAgain}`,
  unreachable: (_, context) => `Slimy's server cannot be reached right now. ${afterSilence(context)}`,
  unreadable_answer: outOfDate,
  aborted: () => 'That was interrupted because the bot is restarting. Try again in a moment.',
};
