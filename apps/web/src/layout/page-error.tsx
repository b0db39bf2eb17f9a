import type { ErrorComponentProps } from '@tanstack/react-router';
import { useRouter } from '@tanstack/react-router';
import { ErrorNotice } from '../parts/error-notice.tsx';

/** A page that could not be shown: its code or its first answer did not come. */
export function PageError({ error }: ErrorComponentProps) {
  const router = useRouter();
  return <ErrorNotice level={1} error={error} retry={() => router.invalidate()} />;
}
