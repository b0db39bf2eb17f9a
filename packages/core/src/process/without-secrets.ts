/** What takes the place of a secret. */
const MASK = '***';

/** Secrets by what stands before them, wherever they are in a text; the first group is kept. */
const secretsInText: readonly RegExp[] = [
  // Passwords of addresses: //user:password@host.
  /(\/\/[^:/@\s"']*:)[^@/\s"']+(?=@)/g,
  // Credentials of a header, and of the libraries' error messages that repeat one.
  /(\b(?:Bearer|Bot|Basic) )[A-Za-z0-9._~+/=-]{8,}/g,
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
