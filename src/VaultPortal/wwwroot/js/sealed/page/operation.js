// A write that waits, where its client asks for consent, until somebody has seen what will be signed.
import { SealedError } from "../errors.js";

export class Operation {
  #answer = null;
  #asked = null;
  #agreed = false;
  #refused = false;
  #follows;
  #result = null;

  /** `follows(what)` says whether something that is asked for later was agreed to together with the first. */
  constructor(session, follows = () => false) {
    this.#follows = follows;
    this.client = session.client((what) => this.#ask(what));
  }

  /** Begins it; answers what will be signed, or null when it ended without anything to sign. */
  start(run) {
    const earlier = this.#result?.catch(() => {});
    return new Promise((asked, failed) => {
      this.#result = (async () => {
        // One that was refused on its way to asking ends first, so that none answers for another.
        await earlier;
        [this.#asked, this.#answer, this.#agreed, this.#refused] = [asked, null, false, false];
        return run();
      })();
      this.#result.then(() => asked(null), failed);
    });
  }

  /** Goes on with exactly what was asked for; answers what the write answers. */
  agree() {
    this.#answer?.(true);
    return this.#result;
  }

  refuse() {
    this.#refused = true;
    this.#answer?.(false);
  }

  #ask(what) {
    if (this.#refused) return false;
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
