import type { FailureReason, SlimyClient } from '@slimy/client';
import type { failureTexts } from '../src/answers/failure-texts.ts';
import type { Command } from '../src/commands/command.ts';

/** What must not compile in the bot. Never run; the compiler refuses this file when one of these is accepted. */
export function misuse(api: SlimyClient): unknown[] {
  // @ts-expect-error A reason without a text.
  const texts: typeof failureTexts = { internal: () => 'Something went wrong.' };
  const noPath: Pick<Command, 'path'> = {
    // @ts-expect-error A command without a name.
    path: [],
  };
  return [
    texts,
    noPath,
    // @ts-expect-error There is no such procedure.
    api.guild.rename.mutate({ guildId: '1' }),
    // @ts-expect-error A query is not called as a mutation.
    api.guild.byId.mutate({ guildId: '1' }),
    // @ts-expect-error The input needs a version.
    api.guild.settings.update.mutate({ guildId: '1', settings: { notes: 'x' } }),
    // @ts-expect-error There is no such setting.
    api.guild.settings.update.mutate({ guildId: '1', version: 1, settings: { colour: 'red' } }),
    // @ts-expect-error The output has no such field.
    api.guild.byId.query({ guildId: '1' }).then((guild) => guild.colour),
    // @ts-expect-error Not a reason.
    'too_late' satisfies FailureReason,
  ];
}
