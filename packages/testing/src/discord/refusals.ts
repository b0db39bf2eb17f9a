/** One wrong field of a body. */
export interface FormProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/** An answer of Discord's that is not a success: HTTP status, Discord's own code, and its words. */
export class DiscordRefusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly problems: readonly FormProblem[];

  constructor(status: number, code: number, message: string, problems: readonly FormProblem[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.problems = problems;
  }
}

/** The refusals the fake gives, with the codes of Discord's own table. */
export const refusals = {
  unauthorized: () => new DiscordRefusal(401, 0, '401: Unauthorized'),
  invalidWebhookToken: () => new DiscordRefusal(401, 50_027, 'Invalid Webhook Token'),
  missingAccess: () => new DiscordRefusal(403, 50_001, 'Missing Access'),
  missingScope: () => new DiscordRefusal(403, 50_026, 'Missing required OAuth2 scope'),
  unknownRoute: () => new DiscordRefusal(404, 0, '404: Not Found'),
  wrongMethod: () => new DiscordRefusal(405, 0, '405: Method Not Allowed'),
  unknownApplication: () => new DiscordRefusal(404, 10_002, 'Unknown Application'),
  unknownGuild: () => new DiscordRefusal(404, 10_004, 'Unknown Guild'),
  unknownMember: () => new DiscordRefusal(404, 10_007, 'Unknown Member'),
  unknownMessage: () => new DiscordRefusal(404, 10_008, 'Unknown Message'),
  unknownUser: () => new DiscordRefusal(404, 10_013, 'Unknown User'),
  unknownWebhook: () => new DiscordRefusal(404, 10_015, 'Unknown Webhook'),
  unknownInteraction: () => new DiscordRefusal(404, 10_062, 'Unknown interaction'),
  alreadyAcknowledged: () => new DiscordRefusal(400, 40_060, 'Interaction has already been acknowledged.'),
  bodyTooLarge: () => new DiscordRefusal(413, 40_005, 'Request entity too large'),
  emptyMessage: () => new DiscordRefusal(400, 50_006, 'Cannot send an empty message'),
  malformedJson: () => new DiscordRefusal(400, 50_109, 'The request body contains invalid JSON.'),
  invalidForm: (problems: readonly FormProblem[]) =>
    new DiscordRefusal(400, 50_035, 'Invalid Form Body', problems),
} as const;

/** The JSON body of a refusal; wrong fields nest as Discord nests them. */
export function refusalBody(refusal: DiscordRefusal): unknown {
  const body = { message: refusal.message, code: refusal.code };
  if (refusal.problems.length === 0) return body;
  const errors: Record<string, unknown> = {};
  for (const problem of refusal.problems) {
    const nested = problem.path.toReversed().reduce<unknown>((inner, key) => ({ [key]: inner }), {
      _errors: [{ code: 'INVALID_FORM_BODY', message: problem.message }],
    });
    merge(errors, nested);
  }
  return { ...body, errors };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merge(into: Record<string, unknown>, from: unknown): void {
  if (!isRecord(from)) return;
  for (const [key, value] of Object.entries(from)) {
    const present = into[key];
    if (isRecord(present)) merge(present, value);
    else into[key] = value;
  }
}
