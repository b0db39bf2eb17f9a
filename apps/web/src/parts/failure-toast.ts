import { notifications } from '@mantine/notifications';
import { explain } from './error-notice.tsx';

/** Says that something could not be done, for what has no place of its own on the page. */
export function failureToast(error: unknown): void {
  const { title, text } = explain(error);
  notifications.show({ color: 'red', title, message: text, autoClose: 8_000 });
}
