import { z } from 'zod';
import { done, opaqueId, snowflake, storedText } from '../scalars.js';
import { mutation, query } from './procedure.js';

/** The kinds of pictures that are taken, as their content says. */
export const pictureTypes = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/bmp',
  'image/tiff',
] as const;
export type PictureType = (typeof pictureTypes)[number];

/** What a purpose takes. */
export interface UploadLimits {
  /** Files of one go: waiting or stored, and not used for anything yet. */
  readonly files: number;
  /** Bytes of one file. */
  readonly bytes: number;
  readonly types: readonly PictureType[];
  /** Whether it belongs to a guild; else it is the person's own. */
  readonly forGuild: boolean;
}

const MB = 1_048_576;
const common = ['image/jpeg', 'image/png', 'image/webp'] as const;

/** What files are sent for, with the limits of each (domain rules 6.15, vector `upload-accept`). */
export const uploadPurposes = {
  'guild-gallery': { files: 20, bytes: 25 * MB, types: common, forGuild: true },
  'snail-analyze': { files: 8, bytes: 10 * MB, types: pictureTypes, forGuild: false },
  'rescan-user': { files: 1, bytes: 6 * MB, types: common, forGuild: true },
  'club-screenshots': { files: 20, bytes: 10 * MB, types: common, forGuild: true },
  'club-roster': { files: 10, bytes: 10 * MB, types: common, forGuild: true },
} as const satisfies Record<string, UploadLimits>;

export const uploadPurpose = z.enum([
  'guild-gallery',
  'snail-analyze',
  'rescan-user',
  'club-screenshots',
  'club-roster',
]);
export type UploadPurpose = z.infer<typeof uploadPurpose>;

/** A file that was announced, with where it can be seen for a few minutes. */
export const upload = z.object({
  id: opaqueId,
  guildId: snowflake.nullable(),
  purpose: uploadPurpose,
  /** waiting for its bytes, stored, or refused for what the bytes were. */
  state: z.enum(['waiting', 'stored', 'refused']),
  originalName: z.string().nullable(),
  /** As announced; once stored, of the picture as it is kept. */
  bytes: z.int().min(0),
  contentType: z.string().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  /** Why it was not taken. */
  refusal: z.string().nullable(),
  createdAt: z.date(),
  storedAt: z.date().nullable(),
  /** When it is deleted unless something uses it by then; null while something does. */
  expiresAt: z.date().nullable(),
  /** Signed addresses below the server's own; null until it is stored. */
  addresses: z
    .object({
      original: z.string(),
      preview: z.string(),
      thumbnail: z.string(),
      expiresAt: z.date(),
    })
    .nullable(),
});
export type Upload = z.infer<typeof upload>;

const theUpload = z.strictObject({ guildId: snowflake.optional(), uploadId: opaqueId });

export const uploadProcedures = {
  'upload.create': mutation(
    z
      .strictObject({
        guildId: snowflake.optional(),
        purpose: uploadPurpose,
        /** Of the file that will be sent, exactly. */
        bytes: z.int().min(1),
        originalName: storedText(z.string().trim().min(1).max(255)).optional(),
      })
      .superRefine(({ purpose, bytes, guildId }, context) => {
        const limits = uploadPurposes[purpose];
        if (bytes > limits.bytes) {
          const message = `must be at most ${limits.bytes} for ${purpose}`;
          context.addIssue({ code: 'custom', path: ['bytes'], message });
        }
        if (limits.forGuild !== (guildId !== undefined)) {
          const message = limits.forGuild ? `is needed for ${purpose}` : `does not go with ${purpose}`;
          context.addIssue({ code: 'custom', path: ['guildId'], message });
        }
      }),
    z.object({
      uploadId: opaqueId,
      /** Where to PUT the raw bytes of the file, below the server's own address. */
      url: z.string(),
      /** Until when the address takes them. */
      expiresAt: z.date(),
    }),
  ),
  'upload.byId': query(theUpload, upload),
  'upload.delete': mutation(theUpload, done),
} as const;
