import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  Events,
  GatewayIntentBits,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
  type ChatInputCommandInteraction,
  type Interaction,
} from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock, startFakeDiscord, textOf, type FakeDiscord } from '../../src/index.ts';

const command = new SlashCommandBuilder()
  .setName('greet')
  .setDescription('Greets somebody')
  .addStringOption((option) =>
    option.setName('name').setDescription('Who').setRequired(true).setMaxLength(20),
  )
  .addRoleOption((option) => option.setName('role').setDescription('Which role'));

describe('the interactions of the fake, answered with discord.js [discord]', () => {
  const clock = new ManualClock();
  let discord: FakeDiscord;
  let client: Client<true>;
  let who: { personId: string; guildId: string };

  beforeEach(async () => {
    discord = await startFakeDiscord({ clock: clock.now });
    const mira = discord.world.addPerson({ username: 'mira' });
    who = { personId: mira.id, guildId: discord.world.addGuild({ name: 'Club', ownerId: mira.id }).id };
    const starting = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: discord.apiBase } });
    const ready = new Promise<Client<true>>((resolve) => {
      starting.once(Events.ClientReady, resolve);
    });
    await starting.login(discord.token);
    client = await ready;
    await client.application.commands.set([command]);
  });
  afterEach(async () => {
    await client.destroy();
    await discord.stop();
  });

  /** What became of the next interaction in the application's hands. */
  function handleNext<Outcome>(handle: (interaction: Interaction) => Promise<Outcome>): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      client.once(Events.InteractionCreate, (interaction) => {
        handle(interaction).then(resolve, reject);
      });
    });
  }
  function handleCommand<Outcome>(handle: (interaction: ChatInputCommandInteraction) => Promise<Outcome>) {
    return handleNext(async (interaction) => {
      if (!interaction.isChatInputCommand()) throw new Error('not a command');
      return handle(interaction);
    });
  }
  const greet = (name = 'Pim') => discord.interactions.slash(who, 'greet', { name });

  it('carries options and roles, and shows the reply to its person alone', async () => {
    const role = discord.world.addRole(who.guildId, { name: 'Greeters' });
    const handled = handleCommand((interaction) =>
      interaction.reply({
        content: `Hello ${interaction.options.getString('name', true)} of ${interaction.options.getRole('role')?.name}`,
        flags: MessageFlags.Ephemeral,
      }),
    );
    const run = discord.interactions.slash(who, 'greet', { name: 'Pim', role: role.id });
    await handled;
    expect(await run.answer()).toMatchObject({ content: 'Hello Pim of Greeters', ephemeral: true });
  });

  it('shows thinking, then the edited reply, then follow-ups', async () => {
    const handled = handleCommand(async (interaction) => {
      await interaction.deferReply();
      await interaction.editReply({ embeds: [{ title: 'Done', description: 'all of it' }] });
      await interaction.followUp({ content: 'and more', flags: MessageFlags.Ephemeral });
    });
    const run = greet();
    await discord.until('thinking', () => run.original?.thinking);
    expect(textOf(await run.answer())).toBe('Done\nall of it');
    await handled;
    expect(run.messages.map((message) => [textOf(message), message.ephemeral])).toEqual([
      ['Done\nall of it', false],
      ['and more', true],
    ]);
  });

  it('refuses an acknowledgement after three seconds, and a second one', async () => {
    const late = handleCommand((interaction) => {
      clock.advance(3001);
      return interaction.deferReply();
    });
    const run = greet();
    await expect(late).rejects.toMatchObject({ code: 10_062 });
    expect(run.acknowledged).toBeNull();
    const twice = handleCommand(async (interaction) => {
      await interaction.deferReply();
      await client.rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, {
        body: { type: 5 },
        auth: false,
      });
    });
    greet();
    await expect(twice).rejects.toMatchObject({ code: 40_060 });
  });

  it('refuses to edit a reply a quarter of an hour later', async () => {
    const handled = handleCommand(async (interaction) => {
      await interaction.deferReply();
      clock.advance(15 * 60_000 + 1);
      await interaction.editReply('late');
    });
    greet();
    await expect(handled).rejects.toMatchObject({ code: 50_027 });
  });

  it.each([
    ['content over 2,000 characters', { content: 'x'.repeat(2001) }, 50_035],
    ['an empty message', { content: '' }, 50_006],
    ['a title over 256 characters', { embeds: [{ title: 'x'.repeat(257) }] }, 50_035],
    [
      'embeds over 6,000 characters together',
      { embeds: [1, 2].map(() => ({ description: 'x'.repeat(3001) })) },
      50_035,
    ],
    ['a field without value', { embeds: [{ fields: [{ name: 'a', value: '' }] }] }, 50_035],
    ['eleven embeds', { embeds: Array.from({ length: 11 }, () => ({ title: 'a' })) }, 50_035],
    [
      'a custom id over 100 characters',
      {
        components: [
          { type: 1, components: [{ type: 2, style: 1, label: 'a', custom_id: 'x'.repeat(101) }] },
        ],
      },
      50_035,
    ],
    [
      'a custom id used twice',
      {
        components: [1, 2].map(() => ({
          type: 1,
          components: [{ type: 2, style: 1, label: 'a', custom_id: 'x' }],
        })),
      },
      50_035,
    ],
    [
      'six rows',
      { content: 'a', components: Array.from({ length: 6 }, () => ({ type: 1, components: [] })) },
      50_035,
    ],
  ])('refuses %s', async (_what, body, code) => {
    discord.expectMistake('refused as malformed: POST /interactions/');
    const handled = handleCommand((interaction) =>
      client.rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, {
        body: { type: 4, data: body },
        auth: false,
      }),
    );
    greet();
    await expect(handled).rejects.toMatchObject({ code });
  });

  it('lets people press buttons they can see, and fill in dialogs', async () => {
    const button = new ButtonBuilder().setCustomId('rename').setLabel('Rename').setStyle(ButtonStyle.Primary);
    const shown = handleCommand((interaction) =>
      interaction.reply({
        content: 'Pim',
        components: [new ActionRowBuilder<ButtonBuilder>().addComponents(button)],
        flags: MessageFlags.Ephemeral,
      }),
    );
    const run = greet();
    await shown;
    const message = await run.answer();
    expect(() => discord.interactions.press(run, message, 'other')).toThrow('no component other');
    expect(() => discord.interactions.press(run, message, 'rename', { personId: '1' })).toThrow(
      'only its own',
    );

    const field = new TextInputBuilder().setCustomId('name').setLabel('Name').setStyle(TextInputStyle.Short);
    const dialog = handleNext(async (interaction) => {
      if (!interaction.isButton()) throw new Error('not a button');
      const modal = new ModalBuilder().setCustomId('rename-dialog').setTitle('Rename');
      await interaction.showModal(
        modal.addComponents(new ActionRowBuilder<TextInputBuilder>().addComponents(field)),
      );
    });
    const pressed = discord.interactions.press(run, message, 'rename');
    await dialog;
    const submitted = handleNext(async (interaction) => {
      if (!interaction.isModalSubmit() || !interaction.isFromMessage()) throw new Error('not a dialog');
      await interaction.update({ content: interaction.fields.getTextInputValue('name'), components: [] });
    });
    discord.interactions.submit(pressed, { name: 'Pom' });
    await submitted;
    expect(message).toMatchObject({ content: 'Pom', components: [], revisions: 2 });
  });

  it('does not let people type what the command does not take', () => {
    expect(() => discord.interactions.slash(who, 'greet')).toThrow('needs the option name');
    expect(() => discord.interactions.slash(who, 'greet', { name: 'x'.repeat(21) })).toThrow('wrong length');
    expect(() => discord.interactions.slash(who, 'leave')).toThrow('no command /leave');
  });

  it.each([
    ['a name with a space', { name: 'two words', description: 'd' }],
    ['a description over 100 characters', { name: 'a', description: 'x'.repeat(101) }],
    ['twenty-six options', { name: 'a', description: 'd', options: options(26) }],
    [
      'a required option after an optional one',
      {
        name: 'a',
        description: 'd',
        options: [...options(1), { type: 3, name: 'z', description: 'd', required: true }],
      },
    ],
    ['an option named twice', { name: 'a', description: 'd', options: [...options(1), ...options(1)] }],
  ])('refuses to register %s', async (_what, body) => {
    discord.expectMistake('refused as malformed: PUT /applications/');
    const put = client.rest.put(`/applications/${discord.clientId}/commands`, { body: [body] });
    await expect(put).rejects.toMatchObject({ code: 50_035 });
  });
});

function options(count: number) {
  return Array.from({ length: count }, (_, index) => ({ type: 3, name: `o${index}`, description: 'd' }));
}
