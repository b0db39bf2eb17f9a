import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * A small shell process outlives ours, whatever ends it (also SIGKILL): when our end of the pipe closes,
 * it kills the processes and removes the folders it was told about.
 */
const script = `
trap '' INT TERM HUP
pids=''
folders=''
while read -r verb value; do
  case "$verb" in
    process) pids="$pids $value" ;;
    ended) kept=''; for pid in $pids; do [ "$pid" = "$value" ] || kept="$kept $pid"; done; pids="$kept" ;;
    folder) folders="$folders
$value" ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
for try in 1 2 3 4 5 6 7 8 9 10; do
  alive=''
  for pid in $pids; do kill -0 "$pid" 2>/dev/null && alive=yes; done
  [ -z "$alive" ] && break
  sleep 0.1
done
printf '%s\\n' "$folders" | while read -r folder; do [ -n "$folder" ] && rm -rf -- "$folder"; done
`;

let pipe: Writable | undefined;

function tell(line: string): void {
  if (!pipe) {
    const guardian = spawn('/bin/sh', ['-c', script], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    guardian.unref();
    pipe = guardian.stdin;
    if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  }
  pipe.write(`${line}\n`);
}

/** The process with this id is killed when ours ends, however it ends. */
export function killWithUs(pid: number): void {
  tell(`process ${pid}`);
}

/** The process has ended; its id may now belong to somebody else. */
export function hasEnded(pid: number): void {
  tell(`ended ${pid}`);
}

/** The folder is removed when our process ends, after the processes that may use it. */
export function removeWithUs(folder: string): void {
  tell(`folder ${folder}`);
}
