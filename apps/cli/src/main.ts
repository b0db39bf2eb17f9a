#!/usr/bin/env node
import { CommanderError } from 'commander';
import { createProgram } from './program.js';

const NOT_UNDERSTOOD = 2;
const program = createProgram().exitOverride();
for (const command of program.commands) {
  command.exitOverride();
  for (const inner of command.commands) inner.exitOverride();
}
try {
  await program.parseAsync();
} catch (error) {
  // Help that was asked for is no error; the message of anything else is printed already.
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : NOT_UNDERSTOOD;
}
