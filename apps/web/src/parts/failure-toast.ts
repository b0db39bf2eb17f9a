import { notifications } from '@mantine/notifications';
import { explainFailedChange } from './failed-change.ts';

/** Says that a change could not be made, for what has no place of its own on the page. */
export function failureToast(error: unknown): void {
  const { title, text } = explainFailedChange(error);
  notifications.show({ color: 'red', title, message: text, autoClose: 8_000 });
}
