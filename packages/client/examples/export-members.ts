/**
 * Writes the members of a guild as CSV, for a spreadsheet:
 *
 *     SLIMY_TOKEN=slimy_… node export-members.js https://slimy.example 123456789012345678 > members.csv
 *
 * The token is a personal one that may only read, made on the account page of the web app. It is taken from the
 * environment, so that it stands in no list of processes and in no history of a shell.
 */
import { createClient, isSlimyError, type SlimyClient } from '@slimy/client';

/**
 * One cell of a CSV file. A spreadsheet takes a text that begins with one of these characters for a formula, and
 * people choose their names themselves: an apostrophe before it makes it a text again.
 */
function cell(text: string): string {
  const safe = /^[\s\p{Cc}]*[=+\-@|%＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

/** The members of a guild, page by page, so that a large one needs no more memory than a small one. */
async function* membersOf(client: SlimyClient, guildId: string) {
  let cursor: string | undefined;
  do {
    const page = await client.guild.members.list.query({ guildId, limit: 200, cursor });
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

const [, , url, guildId] = process.argv;
const token = process.env['SLIMY_TOKEN'];
if (url === undefined || guildId === undefined || token === undefined) {
  console.error('SLIMY_TOKEN=<token> node export-members.js <address> <guild id> > members.csv');
  process.exit(2);
}

try {
  const client = createClient({ url, token });
  process.stdout.write(line(['name', 'username', 'discord id', 'roles', 'joined']));
  for await (const member of membersOf(client, guildId)) {
    const { globalName, username, discordId, roles, joinedAt } = member;
    const name = globalName ?? username;
    process.stdout.write(line([name, username, discordId, roles.join(' '), joinedAt.toISOString()]));
  }
} catch (error) {
  // Every refusal says why, and often what to do about it.
  if (!isSlimyError(error)) throw error;
  console.error([error.message, error.remedy].filter(Boolean).join('\n'));
  process.exitCode = 1;
}
