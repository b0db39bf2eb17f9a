import { ActionIcon, Badge, Menu } from '@mantine/core';
import type { Message } from '@slimy/contract';
import { useMutation } from '@tanstack/react-query';
import { api, queryClient } from '../../app/slimy.ts';
import { momentText } from '../../parts/dates.ts';
import { failureToast } from '../../parts/failure-toast.ts';
import { MoreIcon } from '../../parts/icons.tsx';
import { PersonAvatar } from '../../parts/person-avatar.tsx';
import { useSession } from '../../session/session.ts';
import { useAbility, useGuild } from '../guild/guild-context.ts';
import classes from './chat.module.css';

interface Props {
  readonly message: Message;
  readonly onDeleted?: () => void;
}

/** One message with who said it, when, and what may be done with it. */
export function MessageRow({ message, onDeleted }: Props) {
  const { author, createdAt, text, adminOnly } = message;
  const name = author.globalName ?? author.username;
  return (
    <li className={classes.message}>
      <PersonAvatar person={author} size={34} />
      <div className={classes.body}>
        <div className={classes.head}>
          <span className={classes.author}>{name}</span>
          <time dateTime={createdAt.toISOString()}>{momentText(createdAt)}</time>
          {adminOnly && (
            <Badge size="sm" variant="light">
              Moderators only
            </Badge>
          )}
        </div>
        <div className={classes.text}>{text}</div>
      </div>
      <MessageMenu message={message} name={name} {...(onDeleted && { onDeleted })} />
    </li>
  );
}

function MessageMenu({ message, name, onDeleted }: Props & { readonly name: string }) {
  const guild = useGuild();
  const me = useSession()?.user;
  const mayManage = useAbility('manage_members');
  const remove = useMutation(
    api.message.delete.mutationOptions({
      onSuccess: async () => {
        onDeleted?.();
        await queryClient.invalidateQueries({ queryKey: api.message.list.pathKey() });
      },
      onError: failureToast,
    }),
  );
  if (!mayManage && message.author.userId !== me?.id) return null;
  return (
    <Menu position="bottom-end" width={180} shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`More about the message of ${name}`}>
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          color="red"
          disabled={remove.isPending}
          onClick={() => remove.mutate({ guildId: guild.id, messageId: message.id })}
        >
          Delete message
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
