import { withoutPasswords } from '@slimy/core';
import pino, { type Logger } from 'pino';

/** Where secrets could stand in what is logged; they are replaced. */
const secretPlaces = [
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  '*.authorization',
  '*.cookie',
  '*.token',
  '*.password',
  '*.secret',
  'req.headers.authorization',
  'req.headers.cookie',
];

/** The program's log: JSON lines on standard error; standard output is for the person who started it. */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: secretPlaces, censor: '***' },
      serializers: {
        err: (error: Error) => {
          const { message, stack, ...rest } = pino.stdSerializers.err(error);
          return { ...rest, message: withoutPasswords(message), stack: withoutPasswords(stack) };
        },
      },
    },
    pino.destination(2),
  );
}
