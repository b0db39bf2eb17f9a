import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { connection } from '../app/connection.ts';
import { api, queryClient } from '../app/slimy.ts';
import classes from './banners.module.css';

const ASK_AGAIN_MS = 3_000;

/** Says above everything when the server is away, and when the page is older than the server. */
export function Banners() {
  const { reachable, outdated } = useSyncExternalStore(connection.subscribe, connection.current);
  return (
    <div role="status">
      {!reachable && <UnreachableBanner />}
      {outdated && (
        <div className={classes.banner}>
          <span>Slimy was updated. Reload the page to go on with the new version.</span>
          <Button size="compact-sm" onClick={() => window.location.reload()}>
            Reload
          </Button>
        </div>
      )}
      <CatchUp reachable={reachable} />
    </div>
  );
}

function UnreachableBanner() {
  const ask = useQuery(
    api.system.version.queryOptions(undefined, {
      refetchInterval: ASK_AGAIN_MS,
      refetchIntervalInBackground: false,
      staleTime: 0,
      gcTime: 0,
    }),
  );
  return (
    <div className={classes.banner}>
      <span>The server cannot be reached. What you see may be old; Slimy keeps trying.</span>
      <Button size="compact-sm" variant="default" loading={ask.isFetching} onClick={() => void ask.refetch()}>
        Try now
      </Button>
    </div>
  );
}

/** Brings the page up to date once the server is back. */
function CatchUp({ reachable }: { readonly reachable: boolean }) {
  const wasReachable = useRef(reachable);
  useEffect(() => {
    if (reachable && !wasReachable.current) void queryClient.invalidateQueries();
    wasReachable.current = reachable;
  }, [reachable]);
  return null;
}
