import { fileURLToPath } from 'node:url';
import { defineConfig } from 'prisma/config';

// Prisma looks for its schema engine before every command. These need none, so a machine that cannot
// download it may run them; `migrate` still uses the real engine where there is one.
const withoutEngine = ['generate', 'validate', 'format', 'version', '-v', '--version'];
if (withoutEngine.includes(process.argv[2] ?? '')) {
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= fileURLToPath(import.meta.url);
}
process.env['CHECKPOINT_DISABLE'] ??= '1';

export default defineConfig({
  schema: '../../prisma/schema',
  experimental: { externalTables: true },
  // The scripts in prisma/sql alone create these; migrations leave them alone, the client types them.
  tables: {
    external: ['guild_settings', 'guild_personality', 'club_member_observations', 'club_member_latest'],
  },
});
