import type { Command } from '../commands/command.js';
import { commands } from '../commands/index.js';
import type { OptionDefinition, OptionValue } from '../commands/options.js';

/** A line that is no command; the message says what would be one. */
export class LineError extends Error {}

/** A command line as people type it in Discord: `/guild settings set view:latest notes:"two words"`. */
export function parseLine(line: string): { path: readonly string[]; values: Map<string, OptionValue> } {
  const words = splitWords(line.trim().replace(/^\//, ''));
  const command = commands
    .filter(({ path }) => path.every((word, place) => words[place] === word))
    .sort((left, right) => right.path.length - left.path.length)[0];
  if (!command)
    throw new LineError(`There is no such command. There are:\n${commands.map(usage).join('\n')}`);
  const values = new Map<string, OptionValue>();
  for (const word of words.slice(command.path.length)) {
    const [, name = '', text = ''] = /^([^:]+):(.*)$/s.exec(word) ?? [];
    const option = command.options.find((known) => known.name === name);
    if (!option) throw new LineError(`"${word}" is no option of ${usage(command)}`);
    values.set(name, valueOf(option, text));
  }
  return { path: command.path, values };
}

function splitWords(line: string): string[] {
  return Array.from(line.matchAll(/(?:[^\s"]|"[^"]*")+/g), ([word]) => word.replaceAll('"', ''));
}

/** How a command is typed, with its options. */
function usage(command: Command): string {
  const options = command.options.map((option) => {
    const what = option.choices?.join('|') ?? option.kind;
    return option.required ? `${option.name}:<${what}>` : `[${option.name}:<${what}>]`;
  });
  return [`/${command.path.join(' ')}`, ...options].join(' ');
}

function valueOf(option: OptionDefinition, text: string): OptionValue {
  switch (option.kind) {
    case 'flag':
      if (/^(true|yes|on)$/i.test(text)) return true;
      if (/^(false|no|off)$/i.test(text)) return false;
      throw new LineError(`${option.name} must be yes or no`);
    case 'whole': {
      const { name, min = -Infinity, max = Infinity } = option;
      const number = text === '' ? Number.NaN : Number(text);
      if (Number.isInteger(number) && number >= min && number <= max) return number;
      throw new LineError(`${name} must be a whole number from ${min} to ${max}`);
    }
    case 'text':
      if (option.choices && !option.choices.includes(text)) {
        throw new LineError(`${option.name} must be one of ${option.choices.join(', ')}`);
      }
      if (option.maxLength !== undefined && text.length > option.maxLength) {
        throw new LineError(`${option.name} must have at most ${option.maxLength} characters`);
      }
      return text;
    case 'channel':
    case 'role':
      if (/^\d{17,20}$/.test(text)) return text;
      throw new LineError(`${option.name} must be the id of a ${option.kind}`);
  }
}
