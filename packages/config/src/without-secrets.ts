/** What takes the place of a secret. */
const MASK = '***';

/** Secrets by what stands before them, wherever they are in a text; the first group is kept. */
const secretsInText: readonly RegExp[] = [
  // Passwords of addresses: //user:password@host.
  /(\/\/[^:/@\s"']*:)[^@/\s"']+(?=@)/g,
  // Credentials of a header, and of the libraries' error messages that repeat one.
  /(\b(?:Bearer|Bot|Basic) )[A-Za-z0-9._~+/=-]{8,}/g,
  // Tokens of Discord's bots, and those of interactions in its addresses.
  /()\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}/g,
  /(\/(?:webhooks|interactions)\/\d+\/)[^/\s"'?\\]+/g,
  // Personal API tokens, wherever they stand.
  /(\bslimy_)[A-Za-z0-9_-]{43}/g,
  // Our cookies.
  /(\bslimy_(?:session|login)=)[^;\s"'\\]+/g,
  // Codes, states, signatures and tokens of an address.
  /([?&](?:code|state|signature|token|access_token|refresh_token|client_secret|api_key|key)=)[^&#\s"'\\]+/gi,
  // The same as fields of JSON or of a form.
  /(\b(?:access_token|refresh_token|client_secret|code_verifier|password)\\?["']?\s*[:=]\s*\\?["']?)[^"'&,}\s\\]+/gi,
];

/** Takes passwords, tokens, cookies and codes out of a text that is written to the log or to a terminal. */
export function withoutSecrets(text: string): string {
  return secretsInText.reduce((told, pattern) => told.replaceAll(pattern, `$1${MASK}`), text);
}

/** Names of fields whose values are secrets, wherever they stand. */
const SECRET_NAME =
  /^(?:(?:proxy-)?authorization|(?:set-?)?cookies?|pass(?:word|phrase)?|.*(?:token|secret|api_?key|private_?key))$/i;
/** How deep a logged object is looked through; what lies deeper is left out. */
const DEPTH_MAX = 6;

/** The value without fields that are named like secrets; errors are the business of their serializer. */
function cleaned(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date)
    return value;
  if (depth >= DEPTH_MAX) return '[…]';
  if (Array.isArray(value)) return value.map((item: unknown) => cleaned(item, depth + 1));
  return cleanedFields(value, depth);
}

function cleanedFields(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [
      name,
      SECRET_NAME.test(name) && value !== null && value !== undefined ? MASK : cleaned(value, depth + 1),
    ]),
  );
}

/** The fields of a log line without the values of those that are named like secrets, however deep they stand. */
export function withoutSecretFields(fields: object): Record<string, unknown> {
  return cleanedFields(fields, 0);
}
