/** A count that each thread begins at zero, over all of them. */
export class ThreadCount {
  #before = 0;
  #now = 0;

  get total(): number {
    return this.#before + this.#now;
  }

  tell(now: number): void {
    this.#now = now;
  }

  threadEnded(): void {
    this.#before += this.#now;
    this.#now = 0;
  }
}
