import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { connection } from '../app/connection.ts';
import { api, queryClient } from '../app/slimy.ts';
import classes from './banners.module.css';

const ASK_AGAIN_MS = 3_000;

/** Says above everything when the server is away, and when the page is older than the server. */
export function Banners() {
  const { reachable, outdated, aged } = useSyncExternalStore(connection.subscribe, connection.current);
  return (
    <div role="status">
      {!reachable && (
        <AwayBanner says="The server cannot be reached. What you see may be old; Slimy keeps trying." />
      )}
      {reachable && aged && (
        <AwayBanner says="The server's database does not answer. What you see may be old, and nothing can be saved now; Slimy keeps trying." />
      )}
      {outdated && (
        <div className={classes.banner}>
          <span>Slimy was updated. Reload the page to go on with the new version.</span>
          <Button size="compact-sm" onClick={() => window.location.reload()}>
            Reload
          </Button>
        </div>
      )}
      <CatchUp well={reachable && !aged} />
    </div>
  );
}

function AwayBanner({ says }: { readonly says: string }) {
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
      <span>{says}</span>
      <Button size="compact-sm" variant="default" loading={ask.isFetching} onClick={() => void ask.refetch()}>
        Try now
      </Button>
    </div>
  );
}

/** Brings the page up to date once all is well again. */
function CatchUp({ well }: { readonly well: boolean }) {
  const wasWell = useRef(well);
  useEffect(() => {
    if (well && !wasWell.current) void queryClient.invalidateQueries();
    wasWell.current = well;
  }, [well]);
  return null;
}
