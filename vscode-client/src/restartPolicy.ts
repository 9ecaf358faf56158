// How often a server that crashes is started again: once, and once more after it has run well for a while.

const FORGIVEN_AFTER_MS = 10 * 60 * 1000;

export class RestartPolicy {
  private crashes: number[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  /** Call at each crash; true says to start the server again. */
  crashed(): boolean {
    const time = this.now();
    this.crashes = this.crashes.filter((earlier) => time - earlier < FORGIVEN_AFTER_MS);
    this.crashes.push(time);
    return this.crashes.length === 1;
  }

  /** A person restarted it: it gets its one restart back. */
  forgive(): void {
    this.crashes = [];
  }
}
