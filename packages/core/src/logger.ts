/** Where core writes what operators should know; pino's loggers fit. Fields never hold secrets or SQL values. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
