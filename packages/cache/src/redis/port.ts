/** One argument of a Redis command. */
export type RedisArgument = string | number | Buffer;

/** A command with its arguments. */
export type RedisCommand = readonly [name: string, ...parts: RedisArgument[]];

/** A Lua script and the hash that Redis knows it by. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

/** What is done with some of the keys; `enough` ends the walk. */
export type KeyWork = (keys: readonly string[]) => Promise<'on' | 'enough'> | 'on' | 'enough';

/** What a connection tells about itself. */
export interface RedisPortEvents {
  /** The connection can take commands (again). */
  readonly up: () => void;
  /** It cannot any more; the reason is for people. */
  readonly down: (reason: string) => void;
}

/**
 * All that the cache wants from Redis, whether it is one server, one behind Sentinels or a Cluster.
 * Commands fail at once while there is no connection; nothing is queued for later.
 */
export interface RedisPort {
  /** Keys live on several nodes: a script may touch one key only, `PUBLISH` is no part of it. */
  readonly clustered: boolean;
  /** Whether commands can be sent now. */
  readonly connected: boolean;
  /** The values of keys in one parallel trip; `null` for a missing key or one that holds no text. */
  readMany(keys: readonly string[]): Promise<(Buffer | null)[]>;
  /**
   * Sends commands in one parallel trip. Replies come as Redis gives them, texts as Buffers.
   * @throws when one of them fails
   */
  send(commands: readonly RedisCommand[]): Promise<unknown[]>;
  /** Runs a script with its keys and arguments. */
  run(script: RedisScript, keys: readonly string[], parts: readonly RedisArgument[]): Promise<unknown>;
  /** Makes scripts known to all servers, so that running them takes one trip. */
  load(scripts: readonly RedisScript[]): Promise<void>;
  /**
   * Hands all keys that begin with a prefix to the work, some (or none) at a time, waits for it each time and ends as
   * soon as it answers `enough`. Costs as much as Redis holds; a key that comes or goes meanwhile may be left out.
   */
  eachKey(prefix: string, work: KeyWork): Promise<'all' | 'enough'>;
  /** Names the servers that hold the data: another text after a restart or a failover. */
  fingerprint(): Promise<string>;
  /**
   * Receives a channel on a connection of its own, reconnecting for ever. `gap` is called whenever
   * messages may have been missed: at the first subscription too, and as soon as it is lost.
   */
  subscribe(channel: string, listener: RedisSubscriber): RedisSubscription;
  /** Ends all connections. */
  close(): void;
}

export interface RedisSubscriber {
  message(text: Buffer): void;
  /** The subscription stands; anything before it may have been missed. */
  subscribed(): void;
  lost(): void;
}

export interface RedisSubscription {
  readonly live: boolean;
  close(): void;
}
