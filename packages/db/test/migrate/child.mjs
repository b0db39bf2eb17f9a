// A process of its own that migrates, and can be told through its environment to be killed or to stand still at
// one moment of a migration. Prints what `migrate` answered as JSON. Runs from the build, as the program does.
import { connect } from '../../dist/migrate/connect.js';
import { migrate } from '../../dist/migrate/migrate.js';

const { MIGRATE_URL: url, MIGRATE_FOLDER: folder, MIGRATE_SIGNAL_AT = '', MIGRATE_SEED } = process.env;
const holdAt = process.env.MIGRATE_HOLD_AT;
const expiryMs = Number(process.env.MIGRATE_EXPIRY_MS);
const [signal, ...moment] = MIGRATE_SIGNAL_AT.split(' ');

async function seed() {
  const connection = await connect({ url }, false);
  await connection.execute('INSERT INTO seeded (process) VALUES (?)', [process.pid]);
  await connection.close();
}

/** Nothing more is done; the process lives, so its heartbeats go on. */
async function perhapsHold(now) {
  if (now !== holdAt) return;
  process.stdout.write(`${now}\n`);
  setInterval(() => {}, 1_000);
  await new Promise(() => {});
}

/** The moment has come: the signal reaches us before the next statement does. */
async function perhapsSignal(now) {
  if (now !== moment.join(' ')) return;
  process.stdout.write(`${now}\n`);
  process.kill(process.pid, signal);
  // SIGKILL ends us here; after SIGSTOP we go on when somebody continues us.
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
}

const result = await migrate({
  database: { url },
  folder,
  logger: { info: (_, message) => process.stderr.write(`${message}\n`), warn: () => undefined },
  seed: MIGRATE_SEED === undefined ? undefined : { name: 'test', run: seed },
  lock: { heartbeatMs: expiryMs / 4, expiryMs, waitMs: 60_000 },
  onProgress: async ({ step, phase }) => {
    await perhapsHold(`${step} ${phase}`);
    await perhapsSignal(`${step} ${phase}`);
  },
}).catch((error) => ({ error: error.message }));
process.stdout.write(`${JSON.stringify(result)}\n`);
