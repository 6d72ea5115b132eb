// node liar.mjs <sealed module folder>: the client of Node against a server in memory that lies where no vector can: in what it
// gives together. Prints {"passed", "failures"}.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(process.argv[2]).href;
const load = (name) => import(`${folder}/${name}.js`);
const { Client, MemoryPins, TrustFile, generateKeyPair, newId } = await load("node");
const { keyRotation, userKey } = await load("statements");
const { importDek, newDek, wrapDek } = await load("wrapped-dek");
const { readEncryptionKey } = await load("public-keys");
const { toBase64, utf8 } = await load("bytes");
const { fieldBinding, sealEnvelope } = await load("envelope");
const { detailCheckpoint, directoryCheckpoint, permissionCheckpoint, signCheckpoint, summaryCheckpoint } = await load("checkpoints");

const person = async (owner = newId()) => ({ id: newId(), owner, keyPair: (await generateKeyPair()).keyPair, isAgent: false });
const [alice, bob, carol, dave, mallory, server] = await Promise.all(Array.from({ length: 6 }, () => person()));
const bobStolen = await person(bob.owner);
const vaultId = newId();
const itemId = newId();
const field = { id: newId(), name: "IBAN", type: "TEXT", order: 0, fieldInstanceIds: [newId()], assetIds: [] };
const [dek, evilDek] = [newDek(), newDek()];

const record = async ({ id, owner, keyPair }, changes = {}) => ({
  id, ownerType: "USER", ownerId: owner, state: "active", publicKey: keyPair.publicKeyPem, fingerprint: keyPair.fingerprint,
  encryptionPublicKey: keyPair.encryptionPublicKeyPem,
  encryptionKeySignature: toBase64(await keyPair.sign(userKey(owner, keyPair.fingerprint, keyPair.encryptionFingerprint))), ...changes,
});
const member = ({ owner, keyPair }, accessLevel) =>
  ({ principalType: "USER", principalId: owner, accessLevel, keyFingerprints: [keyPair.fingerprint] });
const permission = (by, version, permissions) =>
  signCheckpoint(by, permissionCheckpoint({ assetType: "VAULT", assetId: vaultId, permissions }, version));
const itemPermission = (by, version, permissions) =>
  signCheckpoint(by, permissionCheckpoint({ assetType: "VAULT_ITEM", assetId: itemId, permissions }, version));
const summary = (by, version, changes = {}) =>
  signCheckpoint(by, summaryCheckpoint({ vaultId, name: "Vault", currentDekVersion: 1, items: [listed], groups: [], ...changes }, version));
const listed = { id: itemId, name: "Bank", type: "LOGIN", websites: [], groupId: null };
const detail = (by, changes = {}) => signCheckpoint(by, detailCheckpoint({ vaultItemId: itemId, vaultId, ...listed, fields: [field], ...changes }, 7));
const wrap = async (by, to, dekVersion = 1, key = dek) =>
  wrapDek(by, { vaultId, dekVersion, dek: key, recipient: { ...(await readEncryptionKey(to.keyPair.encryptionPublicKeyPem)), id: to.id } });

/** A server that says what `state` says; what is written is kept in `log`. */
async function serve(reader, changes = {}) {
  const place = fieldBinding({ vaultId, itemId, fieldId: field.id, instanceId: field.fieldInstanceIds[0], dekVersion: 1 });
  const state = {
    chain: [await permission(alice, 1, [member(alice, "ADMIN"), member(bob, "WRITE")])],
    itemChain: [],
    directory: await signCheckpoint(alice, directoryCheckpoint({ vaultId, name: "Vault" }, 1)),
    summary: await summary(alice, 1),
    detail: await detail(alice),
    keys: await Promise.all([alice, bob].map((one) => record(one))),
    wraps: [await wrap(alice, reader)],
    value: await sealEnvelope(await importDek(dek), place, utf8("mine")),
    log: [],
    ...changes,
  };
  const routes = {
    "GET me": () => ({ owner: { id: reader.owner, name: "" }, agent: null }),
    [`GET vault/${vaultId}`]: () => ({
      id: vaultId, permissionCheckpoint: state.chain.at(-1), directoryCheckpoint: state.directory, summaryCheckpoint: state.summary,
      accessLevel: "ADMIN", rekeyDue: false,
    }),
    [`GET vault/${vaultId}/public-keys`]: () => ({ keys: state.keys }),
    [`GET vault/${vaultId}/wrapped-key`]: () => ({ wrappedKeys: state.wraps }),
    [`GET vault/${vaultId}/checkpoints`]: (url) =>
      ({ checkpoints: url.includes("itemId=") ? state.itemChain : [...state.chain, ...state.itemChain] }),
    [`GET vault/${vaultId}/items/${itemId}`]: () => ({ detailCheckpoint: state.detail, fields: [{ id: field.id, value: state.value, dekVersion: 1 }] }),
  };
  state.pins = changes.pins ?? new MemoryPins();
  state.client = new Client({
    address: "http://liar", apiKey: "rk_test", key: reader, pins: state.pins, maxAttempts: 1,
    async fetch(url, { method, body = null }) {
      const path = url.replace("http://liar/api/v1/machine/", "");
      if (method !== "GET") {
        state.log.push({ path, body: JSON.parse(body) });
        if (path.endsWith("set-permissions")) state.chain.push(state.log.at(-1).body.permissionCheckpoint);
        return new Response("{}");
      }
      const route = routes[`${method} ${path.split("?")[0]}`];
      return route ? new Response(JSON.stringify(route(path))) : new Response('{"error":{"code":"not_found","message":""}}', { status: 404 });
    },
  });
  state.open = (options) => state.client.openVault(vaultId, options);
  return state;
}

const refused = (code, promise) => assert.rejects(promise, { name: "TrustError", code });
const secret = { name: "New", type: "LOGIN", fields: [{ name: "Password", type: "PASSWORD", value: "x" }] };
const twoAdmins = () => permission(alice, 1, [member(alice, "ADMIN"), member(carol, "ADMIN"), member(bob, "WRITE")]);
const withFile = async (run) => {
  const place = await mkdtemp(join(tmpdir(), "trust-"));
  try {
    await run(join(place, "trust.json"));
  } finally {
    await rm(place, { recursive: true });
  }
};

const tests = {
  async "honest answers are opened and written to"() {
    const told = await serve(bob);
    const vault = await told.open();
    assert.equal(await (await vault.openItem(itemId)).reveal("IBAN"), "mine");
    await vault.createItem(secret);
    assert.equal(told.log.length, 1);
  },
  async "data key of a key that endorsed the reader's is not sealed under"() {
    const signature = toBase64(await server.keyPair.sign(keyRotation(bob.owner, server.keyPair.fingerprint, bob.keyPair.fingerprint)));
    const told = await serve(bob, {
      keys: [await record(alice), await record(bob, { endorsement: { previousKeyId: server.id, signature } }), await record(server)],
      wraps: [await wrap(server, bob, 1, evilDek)],
    });
    const vault = await told.open();
    await refused("wrapped_dek_invalid", vault.createItem(secret));
    assert.deepEqual(told.log, []);
  },
  async "fingerprint that was compared counts after the first look too"() {
    const told = await serve(bob);
    await told.open();
    await refused("pin_changed", told.open({ expectedCreator: mallory.keyPair.fingerprint }));
  },
  async "sharing keeps a revocation that somebody else made meanwhile"() {
    const told = await serve(alice, { chain: [await twoAdmins()], keys: await Promise.all([alice, bob, carol].map((one) => record(one))) });
    const vault = await told.open();
    told.chain.push(await permission(carol, 2, [member(alice, "ADMIN"), member(carol, "ADMIN")]));
    await vault.share(member(dave, "READ"));
    const { version, permissions } = told.log[0].body.permissionCheckpoint.checkpoint;
    assert.equal(version, 3);
    assert.deepEqual(permissions.map(({ principalId }) => principalId).sort(), [alice.owner, carol.owner, dave.owner].sort());
  },
  async "revoking keeps a member whom somebody else added meanwhile"() {
    const told = await serve(alice);
    const vault = await told.open();
    told.chain.push(await permission(alice, 2, [member(alice, "ADMIN"), member(bob, "WRITE"), member(carol, "READ")]));
    await vault.revoke(member(bob, "WRITE"));
    const { permissions } = told.log[0].body.permissionCheckpoint.checkpoint;
    assert.deepEqual(permissions.map(({ principalId }) => principalId).sort(), [alice.owner, carol.owner].sort());
  },
  async "rekey leaves a dropped key out"() {
    const told = await serve(alice, {
      chain: [
        await permission(alice, 1, [member(alice, "ADMIN"), member(bobStolen, "WRITE")]),
        await permission(alice, 2, [member(alice, "ADMIN"), member(bob, "WRITE")]),
      ],
      keys: await Promise.all([alice, bob, bobStolen].map((one) => record(one))),
    });
    await (await told.open()).rekey();
    const to = told.log[0].body.wrappedDeks.map(({ recipientKeyId }) => recipientKeyId);
    assert.deepEqual(to.sort(), [alice.id, bob.id].sort());
  },
  async "rekey reaches who has a grant on an item alone, and nobody whom only a stranger let in"() {
    const keys = await Promise.all([alice, bob, carol, mallory].map((one) => record(one)));
    for (const [by, expected] of [[alice, [alice, bob, carol]], [mallory, [alice, bob]]]) {
      const told = await serve(alice, { keys, itemChain: [await itemPermission(by, 1, [member(carol, "READ")])] });
      await (await told.open()).rekey();
      const to = told.log[0].body.wrappedDeks.map(({ recipientKeyId }) => recipientKeyId);
      assert.deepEqual(to.sort(), expected.map(({ id }) => id).sort());
    }
  },
  async "rekey does not reach who had a grant on an item that is archived"() {
    const keys = await Promise.all([alice, bob, carol].map((one) => record(one)));
    const told = await serve(alice, {
      keys, itemChain: [await itemPermission(alice, 1, [member(carol, "READ")])], summary: await summary(alice, 1, { items: [] }),
    });
    await (await told.open()).rekey();
    const to = told.log[0].body.wrappedDeks.map(({ recipientKeyId }) => recipientKeyId);
    assert.deepEqual(to.sort(), [alice.id, bob.id].sort());
  },
  async "rekey does not reach whom a dropped key of an ADMIN let in"() {
    const told = await serve(alice, {
      chain: [
        await permission(alice, 1, [member(alice, "ADMIN"), member(bobStolen, "ADMIN")]),
        await permission(alice, 2, [member(alice, "ADMIN"), member(bob, "ADMIN")]),
      ],
      keys: await Promise.all([alice, bob, bobStolen, mallory].map((one) => record(one))),
      itemChain: [await itemPermission(bobStolen, 1, [member(mallory, "READ")])],
    });
    await (await told.open()).rekey();
    const to = told.log[0].body.wrappedDeks.map(({ recipientKeyId }) => recipientKeyId);
    assert.deepEqual(to.sort(), [alice.id, bob.id].sort());
  },
  async "item's grants in the list of permission checkpoints are none of the vault's"() {
    const told = await serve(alice, { itemChain: [await itemPermission(alice, 1, [member(carol, "READ")])] });
    told.chain.push(await permission(alice, 2, [member(alice, "ADMIN"), member(bob, "READ")]));
    assert.equal((await told.open()).members.length, 2);
  },
  async "data key of a former ADMIN is opened, not sealed under and not handed on"() {
    const told = await serve(alice, {
      chain: [await twoAdmins(), await permission(alice, 2, [member(alice, "ADMIN"), member(bob, "WRITE")])],
      keys: await Promise.all([alice, bob, carol].map((one) => record(one))),
      wraps: [await wrap(carol, alice)],
    });
    const vault = await told.open();
    assert.equal(await (await vault.openItem(itemId)).reveal("IBAN"), "mine");
    await refused("signer_removed", vault.createItem(secret));
    await refused("signer_removed", vault.wrapForKey(bob.id));
    await refused("signer_removed", vault.share(member(dave, "READ")));
    assert.deepEqual(told.log, []);
  },
  async "bad wrapping locks nobody out of the rest"() {
    const bad = { ...(await wrap(alice, bob, 2)), wrappedDek: (await wrap(alice, bob, 2)).wrappedDek };
    const unknown = await wrap(server, bob, 3);
    const told = await serve(bob, { wraps: [bad, unknown, await wrap(alice, bob)] });
    const vault = await told.open();
    assert.equal(await (await vault.openItem(itemId)).reveal("IBAN"), "mine");
    await vault.createItem(secret);
    told.summary = await summary(alice, 9, { currentDekVersion: 2 });
    await refused("wrapped_dek_invalid", (await told.open()).createItem(secret));
  },
  async "bad wrapping beside a good one of the same version does not count"() {
    const bad = { ...(await wrap(alice, bob)), wrappedDek: (await wrap(alice, bob)).wrappedDek };
    for (const wraps of [[bad, await wrap(alice, bob)], [await wrap(alice, bob), bad]]) {
      assert.equal(await (await (await (await serve(bob, { wraps })).open()).openItem(itemId)).reveal("IBAN"), "mine");
    }
  },
  async "directory or summary that was seen and is not shown"() {
    for (const kind of ["directory", "summary"]) {
      const told = await serve(bob);
      await told.open();
      told[kind] = null;
      await refused("version_rolled_back", told.open());
    }
  },
  async "archived or renamed item that is still served"() {
    for (const items of [[], [{ ...listed, name: "Another" }], [{ ...listed, websites: ["https://example.com"] }]]) {
      const told = await serve(bob, { summary: await summary(alice, 1, { items }) });
      await refused("chain_broken", (await told.open()).openItem(itemId));
    }
  },
  async "item that somebody renamed since the vault was opened"() {
    const told = await serve(bob);
    const vault = await told.open();
    told.detail = await detail(alice, { name: "Renamed" });
    told.summary = await summary(alice, 2, { items: [{ ...listed, name: "Renamed" }] });
    assert.equal((await vault.openItem(itemId)).name, "Renamed");
  },
  async "pins begin anew only explicitly, and nobody late undoes it"() {
    await withFile(async (path) => {
      for (const store of [new MemoryPins(), new TrustFile(path)]) {
        const told = await serve(bob, { pins: store });
        const vault = await told.open();
        await refused("pin_changed", store.save(vaultId, { creator: carol.keyPair.fingerprint, anchor: 1, seen: {} }));
        const before = await store.load(vaultId);
        await refused("chain_broken", told.client.pinAnew(vaultId, 2, carol.keyPair.fingerprint));
        assert.deepEqual(await store.load(vaultId), before);
        told.chain.push(await permission(carol, 2, [member(carol, "ADMIN"), member(bob, "WRITE")]));
        told.keys.push(await record(carol));
        await refused("signer_not_member", told.open());
        await told.client.pinAnew(vaultId, 2, carol.keyPair.fingerprint);
        await refused("pin_changed", vault.openItem(itemId));
        await refused("pin_changed", store.save(vaultId, { ...before, anchor: 3 }, before));
        const { creator, anchor, seen } = await store.load(vaultId);
        assert.deepEqual([creator, anchor, seen.permission.version], [carol.keyPair.fingerprint, 2, 2]);
        // What was seen stays the least that is taken.
        assert.equal(seen.summary.hash, before.seen.summary.hash);
        told.summary = await summary(carol, 1, { name: "Another" });
        await refused("pin_changed", told.client.pinAnew(vaultId, 2, carol.keyPair.fingerprint));
      }
    });
  },
  async "another content of a version that was pinned meanwhile"() {
    const pins = new MemoryPins();
    const seen = (hash) => ({ creator: "a", anchor: 1, seen: { summary: { version: 2, hash } } });
    await pins.save(vaultId, seen("b"));
    await refused("pin_changed", pins.save(vaultId, seen("c")));
  },
  async "trust file under a lock that was left, with many at once"() {
    await withFile(async (path) => {
      await writeFile(`${path}.lock`, "");
      await utimes(`${path}.lock`, new Date(0), new Date(0));
      const ids = Array.from({ length: 20 }, newId);
      await Promise.all(ids.map((id) => new TrustFile(path).save(id, { creator: "a", anchor: 1, seen: {} })));
      assert.deepEqual(Object.keys(JSON.parse(await readFile(path, "utf8")).vaults).sort(), ids.sort());
      await assert.rejects(readFile(`${path}.lock`), { code: "ENOENT" });
    });
  },
};

const result = { passed: 0, failures: [] };
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    result.passed += 1;
  } catch (error) {
    result.failures.push(`${name}: ${error.stack}`);
  }
}
console.log(JSON.stringify(result));
