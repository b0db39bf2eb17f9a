import { isSlimyError } from '@slimy/client';
import type { GuildSettings } from '@slimy/contract';
import type { Command, Request } from './command.js';
import type { FilledOptions } from './options.js';
import { settingsLines } from './settings-answer.js';
import { SettingError, settingsChange } from './settings-change.js';
import { clearableSettings, settingOptions } from './settings-options.js';

/** How often a change is made anew when somebody else saved in the same moment. */
const SAVE_ATTEMPTS = 3;

/** `/guild settings view` */
export const guildSettingsView: Command = {
  path: ['guild', 'settings', 'view'],
  changing: false,
  description: 'The settings of this server',
  options: [],
  run: async ({ api, guildId }) => ({
    title: 'Settings',
    lines: settingsLines(await api.guild.settings.get.query({ guildId })),
    footer: 'Change them with /guild settings set',
  }),
};

/** `/guild settings set`: changes what is named, leaves the rest. */
export const guildSettingsSet: Command = {
  path: ['guild', 'settings', 'set'],
  changing: true,
  description: 'Change settings of this server; what you leave out stays',
  options: [
    ...Object.values(settingOptions).flat(),
    {
      name: 'clear',
      description: 'Take one setting back to "not set"',
      kind: 'text',
      choices: Object.keys(clearableSettings),
    },
  ],
  run: async (request, options) => {
    try {
      const saved = await save(request, options, SAVE_ATTEMPTS);
      if (saved) return { title: 'Settings saved', lines: settingsLines(saved) };
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      return { title: 'Not changed', lines: [error.message], problem: true };
    }
    return {
      title: 'Nothing to change',
      lines: ['Name at least one setting, such as `view` or `notes`. `/guild settings view` shows them all.'],
      problem: true,
    };
  },
};

/** Reads the version and saves on top of it; what was typed names single settings, so others' changes stay. */
async function save(
  { api, guildId }: Request,
  options: FilledOptions,
  attempts: number,
): Promise<GuildSettings | null> {
  for (let attempt = 1; ; attempt += 1) {
    const current = await api.guild.settings.get.query({ guildId });
    const settings = settingsChange(options, current);
    if (settings === null) return null;
    try {
      return await api.guild.settings.update.mutate({ guildId, version: current.version, settings });
    } catch (error) {
      const lostRace = isSlimyError(error) && error.reason === 'changed_meanwhile';
      if (!lostRace || attempt === attempts) throw error;
    }
  }
}
