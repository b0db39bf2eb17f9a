/** Resolves as soon as the condition holds. @throws Error when it does not within `timeoutMs` */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 5_000,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) {
      throw new Error(`not so within ${timeoutMs} ms: ${String(condition)}`);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
