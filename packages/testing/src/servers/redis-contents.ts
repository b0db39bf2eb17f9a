import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { binaryPath } from '../processes/binary.js';

const script = `
local function hex(text)
  return (string.gsub(text, '.', function(c) return string.format('%02x', string.byte(c)) end))
end
local lines = {}
for _, name in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
  local kind = redis.call('TYPE', name).ok
  local value = kind == 'string' and redis.call('GET', name)
    or kind == 'zset' and table.concat(redis.call('ZRANGE', name, 0, -1), ' ')
    or error('a test cannot read a ' .. kind)
  lines[#lines + 1] = hex(name) .. ' ' .. hex(value)
end
return lines
`;

/** Everything that stands in the Redis at the URL under a prefix: the bytes of the values by name. */
export async function redisContents(url: string, prefix: string): Promise<ReadonlyMap<string, Buffer>> {
  const cli = binaryPath(['redis-cli'], 'redis-tools');
  const words = ['-u', url, '-e', '--raw', 'EVAL', script, '0', prefix];
  const { stdout } = await promisify(execFile)(cli, words, { maxBuffer: 2 ** 28 });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [name = '', value = ''] = line.split(' ').map((hex) => Buffer.from(hex, 'hex'));
      return [name.toString(), Buffer.from(value)];
    }),
  );
}
