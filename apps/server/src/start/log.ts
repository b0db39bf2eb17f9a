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

/** `//user:password@` of an address, wherever it stands in a text. */
const PASSWORD_IN_ADDRESS = /(\/\/[^:/@\s]*):[^@/\s]+@/g;

/** Takes passwords of addresses out of a text. */
export function withoutPasswords(text: string): string {
  return text.replaceAll(PASSWORD_IN_ADDRESS, '$1:***@');
}

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
