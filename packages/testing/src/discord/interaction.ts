import { randomBytes } from 'node:crypto';
import type { Activity } from './activity.js';
import type { Clock } from './clock.js';
import type { ModalForm } from './component-form.js';
import { refusals } from './refusals.js';
import type { VisibleMessage } from './visible-message.js';

/** How long an application has to acknowledge, in milliseconds. */
const ACKNOWLEDGE_WITHIN_MS = 3000;
/** How long its token can be used afterwards, in milliseconds. */
const TOKEN_LIFETIME_MS = 15 * 60_000;

export type Acknowledgement = 'message' | 'deferred' | 'update' | 'deferred-update' | 'modal';

/** Something a person did that the application must answer: a command, a press, a dialog. */
export class FakeInteraction {
  readonly id: string;
  readonly token = randomBytes(24).toString('base64url');
  readonly personId: string;
  readonly guildId: string;
  readonly channelId: string;
  /** The message whose component was pressed. */
  readonly source: VisibleMessage | null;
  /** How the application acknowledged; null while it has not. */
  acknowledged: Acknowledgement | null = null;
  /** The reply itself, or the pressed message when the application updates that one. */
  original: VisibleMessage | null = null;
  readonly followUps: VisibleMessage[] = [];
  modal: ModalForm | null = null;
  readonly #createdAt: number;
  readonly #clock: Clock;
  readonly #activity: Activity;

  constructor(
    made: { id: string; personId: string; guildId: string; channelId: string; source?: VisibleMessage },
    clock: Clock,
    activity: Activity,
  ) {
    this.id = made.id;
    this.personId = made.personId;
    this.guildId = made.guildId;
    this.channelId = made.channelId;
    this.source = made.source ?? null;
    this.#clock = clock;
    this.#activity = activity;
    this.#createdAt = clock();
  }

  /** Takes the acknowledgement; refuses a second one and one that comes after three seconds. */
  acknowledge(as: Acknowledgement): void {
    if (this.acknowledged !== null) throw refusals.alreadyAcknowledged();
    if (this.#clock() - this.#createdAt > ACKNOWLEDGE_WITHIN_MS) throw refusals.unknownInteraction();
    this.acknowledged = as;
  }

  /** Refuses work on the reply before the acknowledgement and after the token's quarter of an hour. */
  assertTokenValid(): void {
    if (this.acknowledged === null) throw refusals.unknownWebhook();
    if (this.#clock() - this.#createdAt > TOKEN_LIFETIME_MS) throw refusals.invalidWebhookToken();
  }

  /** Every message of this interaction that can be seen now. */
  get messages(): VisibleMessage[] {
    return [this.original, ...this.followUps].filter(
      (message): message is VisibleMessage => message !== null && !message.deleted,
    );
  }

  /** Waits until there is something to read (not merely "thinking"), and gives it. */
  answer(timeoutMs?: number): Promise<VisibleMessage> {
    return this.#activity.until(
      'an answer to the interaction',
      () =>
        this.original && !this.original.thinking && this.acknowledged !== 'deferred-update'
          ? this.original
          : null,
      timeoutMs,
    );
  }

  /** Waits until the reply has been written again after its present state. */
  nextRevision(timeoutMs?: number): Promise<VisibleMessage> {
    const before = this.original?.revisions ?? 0;
    return this.#activity.until(
      'a change of the reply',
      () => (this.original && this.original.revisions > before ? this.original : null),
      timeoutMs,
    );
  }
}
