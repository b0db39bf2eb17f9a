import { Command } from 'commander';
import * as commands from './commands.js';
import { execute } from './execute.js';
import { runWorker } from './worker.js';

/** The command line: every command with its options and its help. */
export function createProgram(): Command {
  const program = new Command('slimy')
    .description('Operates an installation of Slimy. Settings come from the environment, as for the server.')
    .option('--json', 'answer as JSON on standard output', false)
    .showHelpAfterError()
    .addHelpText(
      'after',
      '\nEnds with 0 when all is well, 1 when something is wrong or failed, 2 when the command was not understood, 3 when a backup or restore is done without files that were lost before.',
    );

  program
    .command('doctor')
    .description('look at every part the program stands on, and say what to do')
    .action(execute(commands.doctor));
  program
    .command('migrate')
    .description('bring the database to the schema of this program')
    .action(execute(commands.migrate));
  program
    .command('worker')
    .description('work on jobs, for servers on a database server that run with JOBS=off')
    .action(
      execute(async (settings) => {
        await runWorker(settings);
        return true;
      }),
    );
  auditCommands(program);
  cacheCommands(program);
  jobCommands(program);
  backupCommands(program);
  personCommands(program);
  keyCommands(program);
  return program;
}

function auditCommands(program: Command): void {
  program
    .command('audit')
    .description('the audit trail')
    .command('verify')
    .description('hold the audit trail against its seals, and say what was tampered with')
    .action(execute(commands.verifyAudit));
}

function jobCommands(program: Command): void {
  const jobs = program.command('jobs').description('the work in the background');
  jobs
    .command('list')
    .option('--state <state>', 'queued, running, done, or dead: given up', 'dead')
    .option('--cursor <cursor>', 'where to go on')
    .description('list jobs, the latest first')
    .action(
      execute(commands.listJobs, (_words, { state, cursor }) => ({
        state,
        ...(cursor !== undefined && { cursor }),
      })),
    );
  jobs
    .command('retry')
    .argument('<id>', 'as "slimy jobs list" shows it')
    .description('give a job that was given up all its attempts again')
    .action(execute(commands.shown('jobs.retry'), ([id]) => ({ id })));
}

function backupCommands(program: Command): void {
  program
    .command('backup')
    .option('--to <folder>', 'a folder that is not there yet; by default below DATA_DIR/backups')
    .description(
      'write a backup of everything but the keys, uploads from folder or bucket included, also while a server runs',
    )
    .action(execute(commands.backup, (_words, { to }) => ({ ...(to !== undefined && { to }) })));
  program
    .command('restore')
    .argument('<folder>', 'as "slimy backup" gave it')
    .option('--verify', 'compare counts and checksums with those of the snapshot', false)
    .option('--erased <file>', 'the list of erased people (erased-people.jsonl); by default that of DATA_DIR')
    .option('--no-erased', 'restore without such a list: nobody was erased since the backup')
    .description('restore a backup into an empty database, of either engine')
    .action(
      execute(commands.restore, ([folder], { verify, erased }) => ({
        folder,
        verify,
        ...(erased !== undefined && { erased }),
      })),
    );
}

function personCommands(program: Command): void {
  program
    .command('archive')
    .argument('[kind]', 'one kind of rows; all of them without it')
    .option('--preview', 'only say what would go', false)
    .option('--days <days>', 'with a kind and --preview: what a policy of so many days would take', Number)
    .description('carry the retention policies out now')
    .action(
      execute(commands.archive, ([kind], { preview, days }) => ({
        ...(kind !== undefined && { kind }),
        ...(days !== undefined && { days }),
        preview,
      })),
    );
  program
    .command('export-user')
    .argument('<person>', 'Discord id, or the id the person has here')
    .option('--file <file>', 'where to write it')
    .description('write everything that is kept about a person into a file')
    .action(execute(commands.exportUser, ([person], { file }) => ({ person, file })));
  program
    .command('export-guild')
    .argument('<guildId>', 'the server’s Discord id')
    .option('--file <file>', 'where to write it')
    .description('write everything that is kept about a server into a file')
    .action(execute(commands.exportGuild, ([guildId], { file }) => ({ guildId, file })));
  program
    .command('erase-user')
    .argument('<person>', 'Discord id, or the id the person has here')
    .requiredOption('--confirm <words>', 'the words "erase" and the username')
    .description('erase a person: what is theirs goes, what they were part of stays without them')
    .action(execute(commands.eraseUser, ([person], { confirm }) => ({ person, confirm })));
}

function keyCommands(program: Command): void {
  program
    .command('keys')
    .description('the keys that people’s Discord tokens are encrypted with')
    .command('rotate')
    .description('encrypt them with the first of ENCRYPTION_KEYS, so that the others can be taken out')
    .action(execute(commands.rotateKeys));
}

function cacheCommands(program: Command): void {
  const cache = program.command('cache').description('the cache of the running server');
  cache
    .command('stats')
    .description('what was served from where')
    .action(execute(commands.shown('cache.stats')));
  cache
    .command('explain')
    .argument('<key>', 'such as guild:123456789012345678:detail')
    .description('why an entry is served, or not')
    .action(execute(commands.shown('cache.explain'), ([key]) => ({ key })));
  cache
    .command('invalidate')
    .argument('[keys...]')
    .option('--tag <tag...>', 'everything with the tag')
    .option('--pattern <pattern>', 'everything below a prefix, such as "guild:123:*"')
    .description('drop entries')
    .action(
      execute(commands.shown('cache.invalidate'), ([keys], { tag: tags = [], pattern }) => ({
        keys,
        tags,
        ...(pattern !== undefined && { pattern }),
      })),
    );
  cache
    .command('scan')
    .argument('<pattern>', '"*" stands for any text, as in "*:detail"')
    .option('--invalidate', 'drop what is found', false)
    .description('list the keys that match any pattern; looks at everything the cache holds')
    .action(execute(commands.scanCache, ([pattern], { invalidate }) => ({ pattern, invalidate })));
  cache
    .command('clear')
    .description('drop every entry')
    .action(execute(commands.shown('cache.clear')));
}
