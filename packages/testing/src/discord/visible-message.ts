import { MessageFlags, MessageType, type APIMessage } from 'discord-api-types/v10';
import type { MessageRow } from './component-form.js';
import type { EmbedForm, MessageForm } from './message-form.js';
import type { UploadedFile } from './rest-call.js';
import { userShape } from './shapes.js';
import type { FakePerson } from './world-types.js';

/** A message as it stands before a person's eyes. */
export interface VisibleMessage {
  readonly id: string;
  content: string;
  embeds: readonly EmbedForm[];
  components: readonly MessageRow[];
  files: readonly UploadedFile[];
  /** Whether the person who caused it alone sees it. */
  readonly ephemeral: boolean;
  /** "The application is thinking…": acknowledged, nothing to read yet. */
  thinking: boolean;
  /** How often its content was written. */
  revisions: number;
  deleted: boolean;
}

/** A new message; without a form it is still thinking. */
export function newMessage(
  id: string,
  ephemeral: boolean,
  form: MessageForm | null,
  files: readonly UploadedFile[] = [],
): VisibleMessage {
  const message: VisibleMessage = {
    id,
    content: '',
    embeds: [],
    components: [],
    files,
    ephemeral,
    thinking: form === null,
    revisions: 0,
    deleted: false,
  };
  if (form) rewrite(message, form, files);
  return message;
}

/** Writes what the form names; what it leaves out stays. */
export function rewrite(message: VisibleMessage, form: MessageForm, files: readonly UploadedFile[]): void {
  if (form.content !== undefined) message.content = form.content ?? '';
  if (form.embeds !== undefined) message.embeds = form.embeds ?? [];
  if (form.components !== undefined) message.components = form.components ?? [];
  if (files.length > 0) message.files = files;
  message.thinking = false;
  message.revisions += 1;
}

/** Everything there is to read in a message, line by line. */
export function textOf(message: VisibleMessage): string {
  const lines = [message.content];
  for (const embed of message.embeds) {
    lines.push(embed.title ?? '', embed.description ?? '');
    for (const field of embed.fields ?? []) lines.push(`${field.name}: ${field.value}`);
    lines.push(embed.footer?.text ?? '');
  }
  return lines.filter(Boolean).join('\n');
}

type MessageShape = Omit<APIMessage, 'author' | 'embeds' | 'components' | 'flags' | 'type'> & {
  author: ReturnType<typeof userShape>;
  embeds: readonly EmbedForm[];
  components: readonly MessageRow[];
  flags: number;
  type: number;
};

/** The message as the API gives it back to the application. */
export function messageShape(message: VisibleMessage, author: FakePerson, channelId: string): MessageShape {
  return {
    id: message.id,
    channel_id: channelId,
    author: userShape(author),
    content: message.content,
    timestamp: new Date(0).toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: message.files.map((file, index) => ({
      id: `${index}`,
      filename: file.name,
      size: file.bytes.length,
      url: `https://cdn.discordapp.com/ephemeral-attachments/${index}/${encodeURIComponent(file.name)}`,
      proxy_url: `https://media.discordapp.net/ephemeral-attachments/${index}/${encodeURIComponent(file.name)}`,
    })),
    embeds: message.embeds,
    components: message.components,
    pinned: false,
    type: MessageType.ChatInputCommand,
    flags: (message.ephemeral ? MessageFlags.Ephemeral : 0) | (message.thinking ? MessageFlags.Loading : 0),
  };
}
