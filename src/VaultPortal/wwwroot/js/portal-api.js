// Calls of the portal's own API. Values enter and leave the browser here, never over the circuit and never in an address.
const base = "/api/v1/portal";

// Bound to the session, fetched when it is first needed and again when the server does not take it any more.
let token = null;

/** What the server refused, or why it could not be asked. */
export class Refusal extends Error {
  constructor({ title, code, pointer }) {
    super(title);
    this.code = code;
    // The member at fault, e.g. "key" of "/key".
    this.member = pointer?.split("/")[1] ?? null;
  }
}

async function refusal(answer) {
  const problem = await answer.json().catch(() => ({}));
  return new Refusal({
    title: problem.title ?? "The portal could not answer. Try again in a moment.",
    code: problem.code ?? `status_${answer.status}`,
    pointer: problem.pointer,
  });
}

/** Asks without a token: for what changes nothing. */
export async function ask(path, options) {
  try {
    return await fetch(base + path, { cache: "no-store", redirect: "error", ...options });
  } catch {
    throw new Refusal({ title: "The portal does not answer. Look at your connection and try again.", code: "unreachable" });
  }
}

/** The token that every change sends along, as RequestVerificationToken. */
export async function antiforgeryToken() {
  if (token === null) {
    const answer = await ask("/antiforgery", {});
    if (!answer.ok) throw await refusal(answer);
    token = (await answer.json()).token;
  }
  return token;
}

/** After a refusal of the token: the next call fetches another. */
export function forgetAntiforgeryToken() {
  token = null;
}

async function post(method, path, body, headers) {
  return ask(path, {
    method,
    headers: { ...headers, "Content-Type": "application/json", RequestVerificationToken: await antiforgeryToken() },
    body: JSON.stringify(body),
  });
}

/** Sends a call; answers the response, or throws a Refusal. */
export async function send(method, path, body, headers = {}) {
  let answer = await post(method, path, body, headers);
  let refused = answer.ok ? null : await refusal(answer);
  if (refused?.code === "antiforgery_refused") {
    forgetAntiforgeryToken();
    answer = await post(method, path, body, headers);
    refused = answer.ok ? null : await refusal(answer);
  }
  if (refused) throw refused;
  return answer;
}
