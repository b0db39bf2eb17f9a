import { Alert, Button, Group, Modal, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { isSlimyError } from '@slimy/client';
import { procedures, type ApiTokenAccess } from '@slimy/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../app/slimy.ts';
import { problemsByField, problemsOf, type FieldProblems } from '../../forms/field-problems.ts';
import { explainFailedChange } from '../../parts/failed-change.ts';
import { useSession } from '../../session/session.ts';
import { NewToken } from './new-token.tsx';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => Promise<void>;
}

/** Makes a personal API token and shows it, once: when this closes the page has forgotten it. */
export function CreateTokenModal({ opened, onClose, onCreated }: Props) {
  const [token, setToken] = useState<string | null>(null);
  function close() {
    setToken(null);
    onClose();
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={token === null ? 'Create a token' : 'Your new token'}
      centered
      // A click beside it must not take the only sight of the token away.
      closeOnClickOutside={token === null}
    >
      {token === null ? (
        <TokenForm
          onClose={close}
          onCreated={async (created) => {
            setToken(created);
            await onCreated();
          }}
        />
      ) : (
        <NewToken token={token} onClose={close} />
      )}
    </Modal>
  );
}

const accesses: { readonly value: ApiTokenAccess; readonly label: string }[] = [
  { value: 'read', label: 'Read' },
  { value: 'read_write', label: 'Read and write' },
];
const lifetimes = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '366', label: 'a year' },
];

function TokenForm({
  onClose,
  onCreated,
}: Pick<Props, 'onClose'> & { readonly onCreated: (token: string) => Promise<void> }) {
  const guilds = useSession()?.guilds ?? [];
  const [name, setName] = useState('');
  const [access, setAccess] = useState<ApiTokenAccess>('read');
  const [days, setDays] = useState('30');
  const [guildIds, setGuildIds] = useState<string[]>([]);
  const [problems, setProblems] = useState<FieldProblems>({});
  const create = useMutation(
    api.auth.tokens.create.mutationOptions({
      onSuccess: ({ token }) => onCreated(token),
      onError: (error) => {
        if (isSlimyError(error)) setProblems(problemsByField(error.fields));
      },
    }),
  );

  function submit(event: React.FormEvent) {
    event.preventDefault();
    const input = { name: name.trim(), access, guildIds, expiresInDays: Number(days) };
    const found = problemsOf(procedures['auth.tokens.create'].input, input);
    setProblems(found);
    if (Object.keys(found).length === 0) create.mutate(input);
  }

  const failed =
    create.isError && Object.keys(problems).length === 0 ? explainFailedChange(create.error) : null;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label="Name"
          description="What the token is for, so that you know it again."
          value={name}
          error={problems.name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          label="Access"
          data={accesses}
          value={access}
          allowDeselect={false}
          onChange={(value) => setAccess(value === 'read_write' ? 'read_write' : 'read')}
        />
        <Select
          label="Ends after"
          data={lifetimes}
          value={days}
          allowDeselect={false}
          error={problems.expiresInDays}
          onChange={(value) => setDays(value ?? '30')}
        />
        <MultiSelect
          label="Guilds"
          description="None for all of yours, also those you join later."
          data={guilds.map(({ id, name: label }) => ({ value: id, label }))}
          value={guildIds}
          error={problems.guildIds}
          onChange={setGuildIds}
        />
        {failed && (
          <Alert color="red" variant="light" role="alert" title={failed.title}>
            {failed.text}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
