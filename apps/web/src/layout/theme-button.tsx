import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { themes } from '@slimy/contract';
import { MoonIcon, ScreenIcon, SunIcon } from '../parts/icons.tsx';
import { type Theme, themeOfScheme, useChooseTheme } from '../session/chosen-theme.ts';

const looks: Record<Theme, { readonly label: string; readonly icon: React.ReactNode }> = {
  system: { label: 'As the system', icon: <ScreenIcon /> },
  light: { label: 'Light', icon: <SunIcon /> },
  dark: { label: 'Dark', icon: <MoonIcon /> },
};

/** Chooses light, dark or the system's colours; remembered with the account when signed in. */
export function ThemeButton({ signedIn }: { readonly signedIn: boolean }) {
  const { colorScheme } = useMantineColorScheme();
  const choose = useChooseTheme(signedIn);
  const chosen = themeOfScheme(colorScheme);
  return (
    <Menu position="bottom-end" width={180} shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={`Colours: ${looks[chosen].label}`}>
          {looks[chosen].icon}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {themes.map((theme) => (
          <Menu.Item
            key={theme}
            role="menuitemradio"
            aria-checked={theme === chosen}
            leftSection={looks[theme].icon}
            fw={theme === chosen ? 650 : undefined}
            onClick={() => choose(theme)}
          >
            {looks[theme].label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
