import { Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { signedOut } from '../app/slimy.ts';
import { useSession } from './session.ts';

/** Everything behind the sign-in: left as soon as it is known that nobody is signed in any more. */
export function SignedInArea() {
  const session = useSession();
  useEffect(() => {
    if (session === null) signedOut.dispatchEvent(new Event('signed-out'));
  }, [session]);
  return <Outlet />;
}
