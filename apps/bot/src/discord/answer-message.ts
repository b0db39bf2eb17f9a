import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  EmbedBuilder,
  type InteractionEditReplyOptions,
} from 'discord.js';
import type { Answer, AnswerButton } from '../answers/answer.js';
import { shortened } from '../answers/markdown.js';

const TITLE_MAX = 256;
const DESCRIPTION_MAX = 4096;
const FOOTER_MAX = 2048;
const BUTTONS_A_ROW = 5;
const GREEN = 0x4c_af_50;
const RED = 0xd3_2f_2f;

/** An answer as a Discord message: one embed, buttons below it, calling nobody. */
export function answerMessage(answer: Answer): InteractionEditReplyOptions {
  const embed = new EmbedBuilder()
    .setTitle(shortened(answer.title, TITLE_MAX))
    .setDescription(description(answer.lines))
    .setColor(answer.problem ? RED : GREEN);
  if (answer.footer) embed.setFooter({ text: shortened(answer.footer, FOOTER_MAX) });
  return { embeds: [embed], components: buttonRows(answer.buttons ?? []), allowedMentions: { parse: [] } };
}

/** As many whole lines as fit; says how many did not. */
function description(lines: readonly string[]): string {
  const whole = lines.join('\n');
  if (whole.length <= DESCRIPTION_MAX) return whole;
  const roomForNote = 40;
  let length = 0;
  const fitting = lines.findIndex((line) => (length += line.length + 1) > DESCRIPTION_MAX - roomForNote);
  if (fitting === 0) return shortened(whole, DESCRIPTION_MAX);
  return [...lines.slice(0, fitting), `… and ${lines.length - fitting} more lines`].join('\n');
}

function buttonRows(buttons: readonly AnswerButton[]): ActionRowBuilder<ButtonBuilder>[] {
  const rows: ActionRowBuilder<ButtonBuilder>[] = [];
  for (let start = 0; start < buttons.length; start += BUTTONS_A_ROW) {
    const row = new ActionRowBuilder<ButtonBuilder>();
    for (const { id, label, disabled = false } of buttons.slice(start, start + BUTTONS_A_ROW)) {
      row.addComponents(
        new ButtonBuilder()
          .setCustomId(id)
          .setLabel(label)
          .setStyle(ButtonStyle.Secondary)
          .setDisabled(disabled),
      );
    }
    rows.push(row);
  }
  return rows;
}
