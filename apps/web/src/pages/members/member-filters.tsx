import { Button, CloseButton, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { limits, roles, type Role } from '@slimy/contract';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { SearchIcon } from '../../parts/icons.tsx';
import classes from './members.module.css';

const route = getRouteApi('/signed-in/guilds/$guildId/members');
const WAIT_MS = 250;

interface Props {
  readonly search: string | undefined;
  readonly role: Role | undefined;
  readonly onAdd: (() => void) | null;
}

/** Search and role, kept in the address so that a reload or a shared link shows the same people. */
export function MemberFilters({ search, role, onAdd }: Props) {
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(search ?? '');
  const searchFor = (text: string) =>
    void navigate({
      search: (before) => ({ ...before, search: text.trim() || undefined }),
      replace: true,
    });
  const searchSoon = useDebouncedCallback(searchFor, WAIT_MS);
  const type = (text: string) => {
    setTyped(text);
    searchSoon(text);
  };
  return (
    <div className={classes.filters} role="search">
      <TextInput
        className={classes.search}
        label="Search"
        placeholder="Name or username"
        maxLength={limits.searchMax}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        leftSection={<SearchIcon />}
        rightSection={typed && <CloseButton aria-label="Clear the search" onClick={() => type('')} />}
      />
      <Select
        label="Role"
        placeholder="All roles"
        data={roles.toReversed().map((value) => ({ value, label: value }))}
        value={role ?? null}
        onChange={(value) =>
          void navigate({
            search: (before) => ({ ...before, role: roles.find((known) => known === value) }),
            replace: true,
          })
        }
        clearable
        clearButtonProps={{ 'aria-label': 'Show all roles' }}
        comboboxProps={{ shadow: 'md' }}
      />
      {onAdd && (
        <Button variant="default" onClick={onAdd}>
          Add member
        </Button>
      )}
    </div>
  );
}
