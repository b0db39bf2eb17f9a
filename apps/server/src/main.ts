import { loadSettings, type Settings, withoutSecrets } from '@slimy/config';
import { createLog } from './start/log.js';
import { withPortOfChoice } from './start/port-of-choice.js';
import { startProgram } from './start/program.js';
import { startFailure } from './start/start-failure.js';

/** Milliseconds after which the process ends even where its own deadline for stopping is not kept. */
const END_AFTER_MS = 4_500;

async function main(): Promise<void> {
  let settings: Settings | null = null;
  try {
    settings = loadSettings(process.env);
    const located = await withPortOfChoice(settings);
    settings = located.settings;
    const log = createLog(settings.LOG_LEVEL);
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (error: unknown) => {
        log.fatal({ err: error }, 'A defect: the program ends, whoever watches it starts it again');
        process.exit(1);
      });
    }
    const program = await startProgram(settings, log, located.release);
    console.log(`Slimy is ready: ${program.address}`);
    await stopSignal();
    setTimeout(() => process.exit(1), END_AFTER_MS).unref();
    await program.stop();
    process.exit(0);
  } catch (error) {
    console.error(withoutSecrets(startFailure(error, settings)));
    process.exit(1);
  }
}

/** Resolves at the first signal to stop; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve();
      });
    }
  });
}

await main();
