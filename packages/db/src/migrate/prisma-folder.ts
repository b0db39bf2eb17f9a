import { fileURLToPath } from 'node:url';

/** The folder of migrations and scripts, as deep below the root from `src` as from `dist`. */
export const prismaFolder = fileURLToPath(new URL('../../../../prisma', import.meta.url));
