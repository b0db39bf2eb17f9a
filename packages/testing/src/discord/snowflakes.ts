const DISCORD_EPOCH_MS = 1_420_070_400_000n;

/** Gives ids as Discord does: the instant in the upper 42 bits, a sequence in the lower 22. */
export class SnowflakeSource {
  #sequence = 0n;

  next(atMs: number): string {
    this.#sequence = (this.#sequence + 1n) % 4096n;
    return (((BigInt(Math.trunc(atMs)) - DISCORD_EPOCH_MS) << 22n) | this.#sequence).toString();
  }
}
