// Requests about vaults: an Idempotency-Key on every write, so that one whose answer was lost can be sent again; tries again after
// transport faults, 429 and 503 as the server wishes; every refusal as a typed error.
import { random, toHex } from "../bytes.js";
import { VaultPortalError } from "../errors.js";

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Transport {
  #base;
  #credentials;
  #options;

  /**
   * @param {string} base the address that the paths follow, with its last slash
   * @param {object} credentials `headers(method)`, asynchronous: what proves who asks; `renew(refusal)`, asynchronous: whether to ask
   *   again after a refusal, because the credentials are better now
   */
  constructor(base, credentials, {
    fetch = (...request) => globalThis.fetch(...request), maxAttempts = 4, maxRetryDelay = 30, wait = sleep, timeout = 100_000,
  } = {}) {
    this.#base = base;
    this.#credentials = credentials;
    this.#options = { fetch, maxAttempts, maxRetryDelay, wait, timeout };
  }

  get = (path) => this.#json("GET", path);
  post = (path, body) => this.#json("POST", path, body);
  put = (path, body) => this.#json("PUT", path, body);
  patch = (path, body) => this.#json("PATCH", path, body);
  delete = (path, body) => this.#json("DELETE", path, body);

  /** The entries of all pages; `name` is the member that holds them. */
  async *pages(name, fetchPage) {
    for (let page = 1; ; page += 1) {
      const answer = await fetchPage(page);
      yield* answer[name];
      if (!answer.pagination || page >= answer.pagination.totalPages || answer[name].length === 0) return;
    }
  }

  /** Sends bytes; again only where the server said that it took nothing. `onprogress` hears how many went, where `fetch` can tell. */
  async upload(path, body, onprogress = null) {
    const request = { method: "POST", body, onprogress, headers: { "Content-Type": "application/octet-stream" } };
    await (await this.#send(path, request, false)).arrayBuffer();
  }

  /** The stream of an answer's bytes. */
  async download(path) {
    return (await this.#send(path, { method: "GET" }, true)).body;
  }

  async #json(method, path, body) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text === undefined ? {} : { "Content-Type": "application/json" };
    if (method !== "GET") headers["Idempotency-Key"] = toHex(random(16));
    const response = await this.#send(path, { method, body: text, headers }, true);
    const answer = await response.text();
    return answer === "" ? null : JSON.parse(answer);
  }

  async #send(path, request, mayRepeatUnanswered) {
    const { fetch, maxAttempts, maxRetryDelay, wait, timeout } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      let fault;
      let repeat;
      try {
        const response = await fetch(this.#base + path, {
          ...request,
          headers: { ...request.headers, ...(await this.#credentials.headers(request.method)) },
          cache: "no-store",
          redirect: "manual",
          signal: AbortSignal.timeout(timeout),
        });
        if (response.ok) return response;
        fault = await refusalOf(response);
        repeat = fault.status === 429 || fault.status === 503 || fault.code === "idempotency_in_progress";
      } catch (error) {
        fault = error instanceof VaultPortalError ? error
          : new VaultPortalError({ status: 0, code: "unreachable", message: "The server gave no answer." });
        repeat = mayRepeatUnanswered && fault.status === 0;
      }
      if (attempt < maxAttempts && (await this.#credentials.renew(fault))) continue;
      const delay = fault.retryAfter ?? backoff(attempt);
      if (!repeat || attempt >= maxAttempts || delay > maxRetryDelay) throw fault;
      await wait(delay * 1000);
    }
  }
}

/** 0.2 s, doubled each time, and up to half as much again, so that many clients do not come back together. */
const backoff = (attempt) => 0.1 * 2 ** attempt * (1 + Math.random() / 2);

async function refusalOf(response) {
  const seconds = Number(response.headers.get("Retry-After") ?? NaN);
  const common = { status: response.status, retryAfter: Number.isFinite(seconds) ? seconds : null };
  try {
    // The machine API's own form, or a problem (RFC 9457) of the portal's.
    const answer = JSON.parse(await response.text());
    const { code, message, details = null } = answer.error
      ?? { code: answer.code, message: answer.title, details: { ...answer.details, ...(answer.pointer && { path: answer.pointer }) } };
    if (typeof code !== "string") throw new SyntaxError("No refusal of ours.");
    return new VaultPortalError({ ...common, code, message, details });
  } catch {
    return new VaultPortalError({ ...common, code: `http_${response.status}`, message: `The answer was ${response.status}.` });
  }
}
