/** A list whose members can leave from anywhere at once. A member is in one list at most. */

export interface Link<T extends Link<T>> {
  before: T | null;
  after: T | null;
  list: LinkedList<T> | null;
}

export class LinkedList<T extends Link<T>> {
  #first: T | null = null;
  #last: T | null = null;
  #size = 0;

  get first(): T | null {
    return this.#first;
  }

  get last(): T | null {
    return this.#last;
  }

  get size(): number {
    return this.#size;
  }

  /** Puts `member` behind `place`; at the front where that is null. Takes it out of the list it is in. */
  insert(member: T, place: T | null = this.#last): void {
    member.list?.remove(member);
    const after = place === null ? this.#first : place.after;
    member.before = place;
    member.after = after;
    member.list = this;
    if (place === null) this.#first = member;
    else place.after = member;
    if (after === null) this.#last = member;
    else after.before = member;
    this.#size++;
  }

  remove(member: T): void {
    if (member.list !== this) return;
    if (member.before === null) this.#first = member.after;
    else member.before.after = member.after;
    if (member.after === null) this.#last = member.before;
    else member.after.before = member.before;
    member.before = null;
    member.after = null;
    member.list = null;
    this.#size--;
  }
}
