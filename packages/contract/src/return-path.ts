/**
 * Where somebody goes after signing in: a path on this site, or null for anything that could lead elsewhere
 * (vector `return-to`).
 */
export function safeReturnPath(text: string | null | undefined): string | null {
  if (!text?.startsWith('/') || text.startsWith('//') || text.length > 2000) return null;
  // Browsers read a backslash as a slash and drop tabs and line ends before they look at an address.
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\\\u0000-\u001f\u007f]/.test(text)) return null;
  const here = 'https://here.invalid';
  return URL.canParse(text, here) && new URL(text, here).origin === here ? text : null;
}
