const [LEAST, MOST, USUAL] = [3, 25, 10];

/** How many places a ranking shows for the number that was asked for (vector `leaderboard`). */
export function leaderboardSize(asked: number | undefined): number {
  return Math.min(MOST, Math.max(LEAST, Math.floor(asked ?? USUAL)));
}
