import { Avatar } from '@mantine/core';
import { hueOf } from './hue.ts';
import { initialsOf } from './person-avatar.tsx';

interface GuildFace {
  readonly id: string;
  readonly name: string;
  readonly iconUrl: string | null;
}

/** A guild's icon, or its initials on a colour of its own. */
export function GuildIcon({ guild, size = 52 }: { readonly guild: GuildFace; readonly size?: number }) {
  const hue = hueOf(guild.id);
  return (
    <Avatar
      src={guild.iconUrl}
      alt=""
      aria-hidden="true"
      size={size}
      radius={size / 3.4}
      styles={{
        placeholder: {
          color: 'white',
          background: `linear-gradient(140deg, oklch(58% 0.11 ${hue}), oklch(42% 0.1 ${(hue + 40) % 360}))`,
          border: 0,
          fontWeight: 700,
          fontSize: size / 2.7,
        },
      }}
    >
      {initialsOf(guild.name)}
    </Avatar>
  );
}
