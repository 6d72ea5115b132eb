// A write that waits, where its client asks for consent, until somebody has seen what will be signed.
import { SealedError } from "../errors.js";

export class Operation {
  #answer = null;
  #asked = null;
  #agreed = false;
  #follows;
  #result = null;

  /** `follows(what)` says whether something that is asked for later was agreed to together with the first. */
  constructor(session, follows = () => false) {
    this.#follows = follows;
    this.client = session.client((what) => this.#ask(what));
  }

  /** Begins it; answers what will be signed, or null when it ended without anything to sign. */
  start(run) {
    // What was agreed to before, and then failed, is asked for anew.
    [this.#answer, this.#agreed] = [null, false];
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
    if (this.#agreed) {
      if (this.#follows(what)) return true;
      throw new SealedError("Something else was to be signed than what was reviewed. It was not signed; look at the members before you go on.");
    }
    return new Promise((answer) => {
      this.#answer = (agreed) => {
        this.#agreed = agreed;
        answer(agreed);
      };
      this.#asked(what);
    });
  }
}
