// node transport.mjs <sealed module folder>: how the JavaScript client meets refusals and lost answers. Prints {"passed", "failures"}.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const { Transport } = await import(`${pathToFileURL(process.argv[2]).href}/client/transport.js`);
const refusal = JSON.stringify({ error: { code: "checkpoint_mismatch", message: "It differs.", details: { path: "/name" } } });
const answer = (status, body = refusal, headers = {}) => new Response(status === 204 ? null : body, { status, headers });

/** A server whose answers are given one by one; the last one stays. A function is called, to throw. */
function serve(...answers) {
  const seen = { requests: [], waits: [] };
  seen.transport = new Transport("https://vault.example/api/v1/machine/", { headers: async () => ({ "X-API-Key": "rk_test" }), renew: async () => false }, {
    fetch: async (url, request) => {
      seen.requests.push({ url, ...request });
      const next = answers.length > 1 ? answers.shift() : answers[0];
      return typeof next === "function" ? next() : next.clone();
    },
    wait: async (milliseconds) => seen.waits.push(milliseconds),
  });
  return seen;
}

const fails = () => {
  throw new TypeError("fetch failed");
};
const tests = {
  async "refusal is typed, and not repeated"() {
    const { transport, requests } = serve(answer(400));
    await assert.rejects(transport.post("x", {}), { name: "VaultPortalError", status: 400, code: "checkpoint_mismatch", path: "/name" });
    assert.equal(requests.length, 1);
  },
  async "429 and 503 are repeated with the same key after the time asked for"() {
    for (const status of [429, 503]) {
      const { transport, requests, waits } = serve(answer(status, refusal, { "Retry-After": "7" }), answer(200, "{}"));
      await transport.post("x", { a: 1 });
      assert.deepEqual(waits, [7000]);
      assert.equal(requests.length, 2);
      assert.ok(requests[0].headers["Idempotency-Key"]);
      assert.equal(requests[0].headers["Idempotency-Key"], requests[1].headers["Idempotency-Key"]);
      assert.equal(requests[0].body, requests[1].body);
    }
  },
  async "lost answer is asked for again with the same key"() {
    const { transport, requests } = serve(fails, answer(204));
    assert.equal(await transport.patch("x", {}), null);
    assert.equal(requests[0].headers["Idempotency-Key"], requests[1].headers["Idempotency-Key"]);
  },
  async "two writes have two keys, reads none"() {
    const { transport, requests } = serve(answer(200, "{}"));
    await transport.post("x", {});
    await transport.post("x", {});
    await transport.get("x");
    assert.notEqual(requests[0].headers["Idempotency-Key"], requests[1].headers["Idempotency-Key"]);
    assert.equal(requests[2].headers["Idempotency-Key"], undefined);
  },
  async "attempts end"() {
    const { transport, requests } = serve(answer(503, refusal, { "Retry-After": "1" }));
    await assert.rejects(transport.get("x"), { status: 503, retryAfter: 1 });
    assert.equal(requests.length, 4);
  },
  async "long wait is left to the caller"() {
    const { transport, requests } = serve(answer(429, refusal, { "Retry-After": "3600" }));
    await assert.rejects(transport.get("x"), { retryAfter: 3600 });
    assert.equal(requests.length, 1);
  },
  async "attachment is not sent again when its answer was lost"() {
    const { transport, requests } = serve(fails, answer(201, "{}"));
    await assert.rejects(transport.upload("x", new Blob(["a"])), { code: "unreachable" });
    assert.equal(requests.length, 1);
  },
  async "answer of somebody between is typed too"() {
    await assert.rejects(serve(answer(502, "<html>")).transport.get("x"), { code: "http_502" });
  },
};

const result = { passed: 0, failures: [] };
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    result.passed += 1;
  } catch (error) {
    result.failures.push(`${name}: ${error.message}`);
  }
}
console.log(JSON.stringify(result));
