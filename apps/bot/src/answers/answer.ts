/** A button below an answer; its id alone says what it does, so that it still works after a restart. */
export interface AnswerButton {
  /** At most 100 characters, as Discord allows. */
  readonly id: string;
  readonly label: string;
  readonly disabled?: boolean;
}

/** What a person is shown for a command: a title, lines of Discord's Markdown, buttons. */
export interface Answer {
  readonly title: string;
  readonly lines: readonly string[];
  readonly footer?: string;
  readonly buttons?: readonly AnswerButton[];
  /** Whether something went wrong. */
  readonly problem?: boolean;
}
