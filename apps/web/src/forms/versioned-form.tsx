import { Alert } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { isSlimyError } from '@slimy/client';
import { useMutation, type QueryKey, type UseMutationOptions } from '@tanstack/react-query';
import { useRef } from 'react';
import { queryClient } from '../app/slimy.ts';
import { explainFailedChange } from '../parts/failed-change.ts';
import { ConflictNotice } from './conflict-notice.tsx';
import { problemsByField } from './field-problems.ts';
import classes from './read-only.module.css';
import { LeaveGuard } from './leave-guard.tsx';
import { SaveBar } from './save-bar.tsx';
import type { VersionedDraft } from './versioned-draft.ts';

interface Props<Stored extends { readonly version: number }, Draft extends object, Change, Input, Failure> {
  readonly draft: VersionedDraft<Stored, Draft, Change>;
  readonly stored: Stored;
  /** The fields by the names the form gives them. */
  readonly names: Readonly<Record<keyof Draft & string, string>>;
  readonly mutation: UseMutationOptions<Stored, Failure, Input>;
  readonly inputOf: (change: Change, version: number) => Input;
  /** Where the form's fields stand within the mutation's input. */
  readonly under: readonly string[];
  /** The query that what was saved answers. */
  readonly queryKey: QueryKey;
  readonly saved: string;
  readonly readOnly: boolean;
  readonly children: React.ReactNode;
}

/** A form that saves a draft, with everything that may come in between. */
export function VersionedForm<
  Stored extends { readonly version: number },
  Draft extends object,
  Change,
  Input,
  Failure,
>(props: Props<Stored, Draft, Change, Input, Failure>) {
  const { draft, stored, names, queryKey } = props;
  const form = useRef<HTMLFormElement>(null);
  /** The values as they were when the save under way began: the form can be typed in until it has ended. */
  const sent = useRef(draft.values);
  const save = useMutation({
    ...props.mutation,
    onSuccess: (saved) => {
      queryClient.setQueryData(queryKey, saved);
      draft.accept(saved, sent.current);
      notifications.show({ message: props.saved });
    },
    onError: (error) => {
      if (!isSlimyError(error)) return;
      if (error.reason === 'changed_meanwhile') void queryClient.invalidateQueries({ queryKey });
      draft.refuse(problemsByField(error.fields, props.under));
      focusProblem();
    },
  });

  /** Waits for the problems to be drawn, then goes to the first. */
  function focusProblem() {
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  }

  function submit(version: number) {
    if (draft.changed.length === 0 || save.isPending) return;
    if (draft.change === null) {
      draft.visitAll();
      focusProblem();
      return;
    }
    sent.current = draft.values;
    save.mutate(props.inputOf(draft.change, version));
  }

  function discard() {
    save.reset();
    draft.discard();
  }

  useHotkeys([['mod+S', () => submit(draft.base.version)]], []);

  const atFields = isSlimyError(save.error) && save.error.fields.length > 0;
  const conflicting = isSlimyError(save.error) && save.error.reason === 'changed_meanwhile';
  // While a save is under way, a newer version is as a rule its own; if not, the save is refused and tells.
  const theirFields = save.isPending ? null : draft.conflicting;
  const failed = save.isError && !atFields && !conflicting ? explainFailedChange(save.error) : null;
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit(draft.base.version);
      }}
    >
      <fieldset className={classes.fields} disabled={props.readOnly}>
        {props.children}
      </fieldset>
      {failed && (
        <Alert color="red" variant="light" role="alert" title={failed.title} mt="md">
          {failed.text}
        </Alert>
      )}
      {theirFields ? (
        <ConflictNotice
          theirFields={theirFields.map((field) => names[field])}
          onTakeTheirs={discard}
          onKeepMine={() => {
            draft.rebase();
            submit(stored.version);
          }}
        />
      ) : (
        <SaveBar changes={draft.changed.length} saving={save.isPending} onDiscard={discard} />
      )}
      <LeaveGuard unsaved={draft.changed.length > 0} />
    </form>
  );
}
