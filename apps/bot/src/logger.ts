/** Where the bot writes what operators should know; pino's loggers fit. Fields never hold tokens. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
