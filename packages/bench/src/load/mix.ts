/** One call of the mix. */
export interface Call {
  readonly name: string;
  readonly writes: boolean;
  readonly input: object | undefined;
}

type MakeCall = (guildId: string, turn: string) => Call;

const read =
  (name: string, inputOf: (guildId: string) => object | undefined): MakeCall =>
  (guildId) => ({ name, writes: false, input: inputOf(guildId) });
const write =
  (name: string, inputOf: (guildId: string, turn: string) => object): MakeCall =>
  (guildId, turn) => ({ name, writes: true, input: inputOf(guildId, turn) });

const guild = read('guild.byId', (guildId) => ({ guildId }));
const messages = read('message.list', (guildId) => ({ guildId, limit: 20 }));
const members = read('guild.members.list', (guildId) => ({ guildId, limit: 20 }));
const mine = read('guild.mine', () => undefined);
const me = read('user.me', () => undefined);
const say = write('message.send', (guildId, turn) => ({ guildId, text: `said in turn ${turn}` }));
const tell = write('usage.record', (guildId, turn) => ({
  guildId,
  type: 'bench.call',
  value: 1,
  eventId: `load-${turn}`,
}));
const settle = write('user.settings.update', (_, turn) => ({
  theme: turn.length % 2 === 0 ? 'dark' : 'light',
}));

/** Twenty calls: sixteen reads and four writes. Each person goes through them in this order. */
const cycle: readonly MakeCall[] = [
  guild,
  messages,
  me,
  guild,
  say,
  messages,
  members,
  guild,
  mine,
  tell,
  guild,
  messages,
  me,
  guild,
  say,
  messages,
  members,
  guild,
  mine,
  settle,
];

/** The call that a person makes in their n-th turn; people stand at different places of the mix. */
export function callOf(person: number, turn: number, guildId: string): Call {
  const make = cycle[(person + turn) % cycle.length] ?? guild;
  return make(guildId, `${person}-${turn}`);
}
