import { withoutSecretFields, withoutSecrets } from '@slimy/config';
import pino, { type DestinationStream, type Logger } from 'pino';

/** The log of a program of the bot: JSON lines without tokens, by the same rules as the server's. */
export function createLog(name: string, level: string, destination: DestinationStream): Logger {
  return pino(
    {
      name,
      level,
      formatters: { log: withoutSecretFields },
      serializers: { err: (error: Error) => withoutSecretFields(pino.stdSerializers.err(error)) },
      hooks: { streamWrite: withoutSecrets },
    },
    destination,
  );
}

/** What whoever started the program is told of a failure. */
export function told(error: unknown, expected: boolean): string {
  if (!(error instanceof Error)) return withoutSecrets(String(error));
  return withoutSecrets(expected ? error.message : (error.stack ?? error.message));
}
