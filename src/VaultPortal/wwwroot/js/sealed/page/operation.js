// A write that waits, where its client asks for consent, until somebody has seen what will be signed.

export class Operation {
  #answer = null;
  #asked = null;
  #agreed = null;
  #follows;
  #result = null;

  /** `follows(what, agreed)` says whether something that is asked for later was agreed to together with the first. */
  constructor(session, follows = () => false) {
    this.#follows = follows;
    this.client = session.client((what) => this.#ask(what));
  }

  /** Begins it; answers what will be signed, or null when it ended without anything to sign. */
  start(run) {
    return new Promise((asked, failed) => {
      this.#asked = asked;
      this.#result = run();
      this.#result.then(() => asked(null), failed);
    });
  }

  /** Goes on with exactly what was asked for; answers what the write answers. */
  agree() {
    this.#answer?.(true);
    return this.#result;
  }

  refuse() {
    this.#answer?.(false);
  }

  #ask(what) {
    if (this.#agreed !== null) return this.#follows(what, this.#agreed);
    return new Promise((answer) => {
      this.#answer = (agreed) => {
        if (agreed) this.#agreed = what;
        answer(agreed);
      };
      this.#asked(what);
    });
  }
}
