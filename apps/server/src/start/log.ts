import { withoutSecretFields, withoutSecrets } from '@slimy/config';
import pino, { type DestinationStream, type Logger } from 'pino';

/**
 * The program's log: JSON lines on standard error; standard output is for the person who started it. Passwords,
 * tokens, cookies and codes are taken out of fields, messages and stacks.
 */
export function createLog(level: string, destination: DestinationStream = pino.destination(2)): Logger {
  return pino(
    {
      level,
      base: null,
      formatters: { log: (fields) => withoutSecretFields(fields) },
      serializers: {
        err: (error: Error) => withoutSecretFields(pino.stdSerializers.err(error)),
      },
      // What stands in texts, whatever field or message they are in, is taken out of the whole line.
      hooks: { streamWrite: withoutSecrets },
    },
    destination,
  );
}
