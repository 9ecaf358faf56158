// Waiting for a condition outside the browser: looks again until it holds or the time is up.

/** Seconds after which a condition will not come true any more, also on a machine where other suites run beside. */
export const PATIENCE = 120;

export async function until(what, condition, seconds = PATIENCE) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
