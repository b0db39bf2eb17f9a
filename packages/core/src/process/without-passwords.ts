/** `//user:password@` of an address, wherever it stands in a text. */
const PASSWORD_IN_ADDRESS = /(\/\/[^:/@\s]*):[^@/\s]+@/g;

/** Takes passwords of addresses out of a text. */
export function withoutPasswords(text: string): string {
  return text.replaceAll(PASSWORD_IN_ADDRESS, '$1:***@');
}
