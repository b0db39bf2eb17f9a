import { Avatar } from '@mantine/core';
import { hueOf } from './hue.ts';

interface Person {
  readonly id?: string;
  readonly discordId: string;
  readonly username: string;
  readonly globalName: string | null;
  readonly avatarUrl: string | null;
}

/** A person's picture, or their initials on a colour of their own. Says nothing to screen readers: the name stands beside it. */
export function PersonAvatar({ person, size = 38 }: { readonly person: Person; readonly size?: number }) {
  const name = person.globalName ?? person.username;
  const hue = hueOf(person.discordId);
  return (
    <Avatar
      src={person.avatarUrl}
      alt=""
      aria-hidden="true"
      size={size}
      radius="xl"
      styles={{
        placeholder: {
          color: `light-dark(oklch(38% 0.09 ${hue}), oklch(88% 0.06 ${hue}))`,
          background: `light-dark(oklch(91% 0.045 ${hue}), oklch(36% 0.05 ${hue}))`,
          border: 0,
        },
      }}
    >
      {initialsOf(name)}
    </Avatar>
  );
}

const letters = new Intl.Segmenter();

/** At most two letters that stand for a name. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/u).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends
    .map((word) => letters.segment(word ?? '?').containing(0)?.segment ?? '?')
    .join('')
    .toLocaleUpperCase();
}
