import { useState } from 'react';
import type { z } from 'zod';
import { problemsFound, type FieldProblems } from './field-problems.ts';

interface DraftOptions<Stored extends { readonly version: number }, Draft extends object, Change> {
  /** What the server has, as far as the page knows: a newer version may come at any time. */
  readonly stored: Stored;
  readonly fields: readonly (keyof Draft & string)[];
  readonly draftOf: (stored: Stored) => Draft;
  /** The contract's input for the fields named, out of the draft's values. */
  readonly changeOf: (values: Draft, changed: readonly (keyof Draft & string)[]) => unknown;
  readonly schema: z.ZodType<Change>;
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/**
 * A form over something stored with a version. The person's edits stand on the version they began with;
 * what comes in meanwhile is taken over silently while there are no edits, and is a conflict when there are.
 */
export function useVersionedDraft<Stored extends { readonly version: number }, Draft extends object, Change>({
  stored,
  fields,
  draftOf,
  changeOf,
  schema,
}: DraftOptions<Stored, Draft, Change>) {
  const [base, setBase] = useState(stored);
  const [edits, setEdits] = useState<Partial<Draft>>({});
  const [visited, setVisited] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<FieldProblems>({});

  const began = draftOf(base);
  const values: Draft = { ...began, ...edits };
  const changed = fields.filter((field) => !same(values[field], began[field]));
  if (changed.length === 0 && base !== stored) setBase(stored);

  const theirs = draftOf(stored);
  const conflicting =
    changed.length > 0 && base.version !== stored.version
      ? fields.filter((field) => !same(theirs[field], began[field]))
      : null;
  const parsed = changed.length > 0 ? schema.safeParse(changeOf(values, changed)) : null;
  const found = parsed?.error ? problemsFound(parsed.error) : {};
  const shown = Object.fromEntries(
    Object.entries(found).filter(([path]) => visited.has(path.split('.')[0] ?? '')),
  );

  function forget() {
    setEdits({});
    setVisited(new Set());
    setRefused({});
  }

  return {
    values,
    changed,
    /** The change as the contract takes it; null while there is none or something is wrong with it. */
    change: parsed?.data ?? null,
    base,
    /** The fields somebody else changed since the edits began; null while nobody did. */
    conflicting,
    /** What to show at the fields: the contract's word for those visited, the server's for those refused. */
    problems: { ...refused, ...shown } satisfies FieldProblems,
    edit(patch: Partial<Draft>) {
      setEdits((before) => ({ ...before, ...patch }));
      setRefused((before) =>
        Object.fromEntries(Object.entries(before).filter(([path]) => !((path.split('.')[0] ?? '') in patch))),
      );
    },
    /** The person has been at this field: from now on its problem is shown. */
    visit(field: keyof Draft & string) {
      setVisited((before) => new Set(before).add(field));
    },
    visitAll: () => setVisited(new Set(fields)),
    refuse: setRefused,
    /** Drops the edits for what is stored now. */
    discard: forget,
    /**
     * The values sent are stored: they are what the form begins with from now on. What was typed while they
     * were on their way stays an edit.
     */
    accept(saved: Stored, sent: Draft) {
      setBase(saved);
      setEdits((now) => {
        const typedSince = { ...now };
        for (const field of fields) if (same(now[field], sent[field])) delete typedSince[field];
        return typedSince;
      });
      setVisited(new Set());
      setRefused({});
    },
    /** Lets the edits stand on what is stored now. */
    rebase: () => setBase(stored),
  };
}

/** What `useVersionedDraft` gives. */
export type VersionedDraft<
  Stored extends { readonly version: number },
  Draft extends object,
  Change,
> = ReturnType<typeof useVersionedDraft<Stored, Draft, Change>>;
