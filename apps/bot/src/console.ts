import { createInterface } from 'node:readline/promises';
import { createClient } from '@slimy/client';
import { loadSecrets, loadSettings, SettingsError } from '@slimy/config';
import pino from 'pino';
import { readArguments } from './console/arguments.js';
import { LineError } from './console/parse-line.js';
import { runConsole } from './console/run-console.js';
import { createLog, told } from './log.js';

async function main(): Promise<boolean> {
  const given = readArguments(process.argv.slice(2));
  const settings = loadSettings(process.env);
  const [token] = loadSecrets(settings).botApiTokens;
  const terminal = () => {
    const prompt = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
    prompt.prompt();
    prompt.on('line', () => prompt.prompt());
    return prompt;
  };
  return runConsole(given, terminal, {
    client: createClient({ url: settings.API_URL, ...(token === undefined ? {} : { token }) }),
    logger: createLog('bot-console', settings.LOG_LEVEL, pino.destination(2)),
    webUrl: settings.PUBLIC_URL,
    print: (text) => console.log(text),
  });
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  const expected = error instanceof SettingsError || error instanceof LineError;
  console.error(told(error, expected));
  process.exitCode = 1;
}
