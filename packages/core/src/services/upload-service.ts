import { uploadPurpose, uploadPurposes, type Upload, type UploadPurpose } from '@slimy/contract';
import { randomId, type OwnedUploads, type Repositories, type UploadRow } from '@slimy/db';
import { DAY, type Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { RequestReads } from '../identity/request-reads.js';
import { requireAction } from '../permissions/actions.js';
import { requireMembership } from '../permissions/membership.js';
import { requirePerson } from '../permissions/require-person.js';
import { TICKET_MS, VIEW_MS, type UploadAddresses } from '../uploads/addresses.js';
import { inServiceWords } from '../write/failures.js';
import type { WritePath } from '../write/write-path.js';
import type { UploadService } from './services.js';

/** How long a file that nothing uses is kept. */
const UNUSED_MS = DAY;

interface UploadServiceParts {
  readonly repositories: Repositories;
  readonly reads: RequestReads;
  readonly writes: WritePath;
  readonly addresses: UploadAddresses;
  readonly clock: Clock;
  /** Bytes that one person, and one guild, may keep. */
  readonly quotas: { readonly person: number; readonly guild: number };
}

function noSuchUpload(): AppError {
  return new AppError('not_found', 'There is no such file.');
}

/** Uploads where the input says they are: a guild's, or the person's own that are no guild's. */
function uploadsOf(repositories: Repositories, guildId: string | undefined, userId: string): OwnedUploads {
  return guildId === undefined ? repositories.person(userId).uploads : repositories.guild(guildId).uploads;
}

function uploadsAreOff(): AppError {
  return new AppError('not_configured', 'Uploads are switched off in this server.', {
    remedy: 'Ask an editor of the server to switch them on in its settings.',
  });
}

async function requireRoom(
  uploads: OwnedUploads,
  {
    bytes,
    quota,
    whose,
    now,
  }: { readonly bytes: number; readonly quota: number; readonly whose: string; readonly now: Date },
): Promise<void> {
  const used = await uploads.used(now);
  if (used.bytes + bytes <= quota) return;
  throw new AppError('quota_exceeded', `This file would exceed what ${whose} may keep: ${quota} bytes.`, {
    remedy: 'Delete files that are not needed any more.',
  });
}

async function requireFewUnused(uploads: OwnedUploads, purpose: UploadPurpose, now: Date): Promise<void> {
  const { files } = uploadPurposes[purpose];
  if ((await uploads.unused(purpose, now)) < files) return;
  throw new AppError('quota_exceeded', `At most ${files} files can be sent for ${purpose} at once.`, {
    remedy: 'Use or delete those that were sent; unused ones go by themselves after a day.',
  });
}

export function createUploadService(parts: UploadServiceParts): UploadService {
  const { repositories, reads, writes, addresses, clock, quotas } = parts;

  function shown(row: UploadRow): Upload {
    const { id, state } = row;
    const until = new Date(clock.now().getTime() + VIEW_MS);
    return {
      id,
      guildId: row.guildId,
      state,
      originalName: row.originalName,
      bytes: row.bytes,
      contentType: row.contentType,
      width: row.width,
      height: row.height,
      refusal: row.refusal,
      createdAt: row.createdAt,
      storedAt: row.storedAt,
      expiresAt: row.expiresAt,
      purpose: uploadPurpose.parse(row.purpose),
      addresses:
        state === 'stored'
          ? {
              original: addresses.of(id, 'original', until),
              preview: addresses.of(id, 'preview', until),
              thumbnail: addresses.of(id, 'thumbnail', until),
              expiresAt: until,
            }
          : null,
    };
  }

  async function found(uploads: OwnedUploads, id: string, guildId: string | undefined): Promise<UploadRow> {
    const row = await uploads.byId(id);
    const gone = row !== null && row.expiresAt !== null && row.expiresAt <= clock.now();
    if (row === null || gone || (guildId === undefined && row.guildId !== null)) throw noSuchUpload();
    return row;
  }

  return {
    async create(caller, { guildId, purpose, bytes, originalName }) {
      const { userId } = requirePerson(caller.actor);
      const uploadId = randomId();
      const ticketEnds = await writes.change(caller, [], async (change) => {
        const { now } = change;
        // Tickets of one owner are given out one after another: what is kept is counted, then added to.
        if (guildId !== undefined) await change.repositories.guild(guildId).locked();
        await change.repositories.users.locked(userId);
        const mine = change.repositories.person(userId).uploads;
        await requireFewUnused(mine, purpose, now);
        if (guildId === undefined)
          await requireRoom(mine, { bytes, quota: quotas.person, whose: 'you', now });
        else {
          const guild = change.repositories.guild(guildId);
          if (!(await guild.settings.get()).uploadsEnabled) throw uploadsAreOff();
          await requireRoom(guild.uploads, { bytes, quota: quotas.guild, whose: 'this server', now });
        }
        await change.repositories.uploads.insert({
          id: uploadId,
          userId,
          guildId: guildId ?? null,
          purpose,
          originalName: originalName ?? null,
          bytes,
          storageKey: `${purpose}/${now.toISOString().slice(0, 7)}/${randomId()}`,
          createdAt: now,
          expiresAt: new Date(now.getTime() + UNUSED_MS),
        });
        change.audit({
          action: 'upload.create',
          resourceType: 'upload',
          resourceId: uploadId,
          guildId: guildId ?? null,
          details: { purpose, bytes },
        });
        return new Date(now.getTime() + TICKET_MS);
      });
      return { uploadId, url: addresses.of(uploadId, 'put', ticketEnds), expiresAt: ticketEnds };
    },

    byId: ({ actor }, { guildId, uploadId }) =>
      inServiceWords(async () => {
        const { userId } = requirePerson(actor);
        return shown(await found(uploadsOf(repositories, guildId, userId), uploadId, guildId));
      }),

    async delete(caller, { guildId, uploadId }) {
      const { userId } = requirePerson(caller.actor);
      const standing = await reads.standing(caller.actor);
      await writes.change(caller, [], async (change) => {
        const uploads = uploadsOf(change.repositories, guildId, userId);
        const row = await found(uploads, uploadId, guildId);
        if (guildId !== undefined && row.userId !== userId) {
          requireAction(requireMembership(caller.actor, standing, guildId), 'manage_members');
        }
        if (row.state === 'stored' && row.expiresAt === null) {
          throw new AppError('in_use', 'This file belongs to an analysis.', {
            remedy: 'Delete the analysis; its files go along.',
          });
        }
        // From now on nobody sees it; the sweeper takes files and row.
        await change.repositories.uploads.release([uploadId], change.now);
        change.audit({
          action: 'upload.delete',
          resourceType: 'upload',
          resourceId: uploadId,
          guildId: guildId ?? null,
        });
      });
      return { ok: true };
    },
  };
}
