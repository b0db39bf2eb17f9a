/** What Discord adds to a command by itself, or fills in where nothing was said. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  type: 1,
  required: false,
  nsfw: false,
  autocomplete: false,
  min_length: undefined,
  options: [],
};
const ADDED = new Set([
  'id',
  'application_id',
  'guild_id',
  'version',
  'default_permission',
  'dm_permission',
  'handler',
  'name_localized',
  'description_localized',
]);

/**
 * A command in the one form in which two of them can be compared: without what Discord adds, without
 * defaults, keys in order. Order of options matters, since people see it.
 */
function canonical(value: unknown, isCommand: boolean): unknown {
  if (Array.isArray(value)) return value.map((inner: unknown) => canonical(inner, false));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, inner]) => !(ADDED.has(key) || inner === null || inner === undefined))
    .filter(([key, inner]) => !isDefault(key, inner, isCommand))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, canonical(inner, false)]));
}

function isDefault(key: string, value: unknown, isCommand: boolean): boolean {
  // An option's type 1 is a subcommand and matters; a command's type 1 is what it is when nothing is said.
  if (key === 'type' && !isCommand) return false;
  return key in DEFAULTS && JSON.stringify(DEFAULTS[key]) === JSON.stringify(value);
}

function byName(commands: readonly unknown[]): string[] {
  return commands.map((command) => JSON.stringify(canonical(command, true))).sort();
}

/** Whether what is registered says something else than what is wanted; the order of commands does not matter. */
export function differ(wanted: readonly unknown[], registered: readonly unknown[]): boolean {
  return JSON.stringify(byName(wanted)) !== JSON.stringify(byName(registered));
}
