import { useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import type { themes } from '@slimy/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, queryClient } from '../app/slimy.ts';

/** What a person may choose. */
export type Theme = (typeof themes)[number];

/** Mantine's word for a choice is the same but for the system's colours. */
function schemeOf(theme: Theme): MantineColorScheme {
  return theme === 'system' ? 'auto' : theme;
}

/** The choice behind Mantine's word. */
export function themeOfScheme(scheme: MantineColorScheme): Theme {
  return scheme === 'auto' ? 'system' : scheme;
}

/** A person's own preferences. */
export const preferencesOptions = api.user.settings.get.queryOptions(undefined, { staleTime: 60_000 });

/** Puts on the colours that the account remembers, wherever they were chosen. */
export function useChosenTheme(signedIn: boolean): void {
  const { setColorScheme } = useMantineColorScheme();
  const theme = useQuery({ ...preferencesOptions, enabled: signedIn }).data?.theme;
  useEffect(() => {
    if (theme) setColorScheme(schemeOf(theme));
  }, [theme, setColorScheme]);
}

/** Gives the function that changes the colours at once and, for who is signed in, on the account. */
export function useChooseTheme(signedIn: boolean): (theme: Theme) => void {
  const { setColorScheme } = useMantineColorScheme();
  const update = useMutation(
    api.user.settings.update.mutationOptions({
      onSuccess: (settings) => queryClient.setQueryData(preferencesOptions.queryKey, settings),
    }),
  );
  return (theme) => {
    setColorScheme(schemeOf(theme));
    if (signedIn) update.mutate({ theme });
  };
}
