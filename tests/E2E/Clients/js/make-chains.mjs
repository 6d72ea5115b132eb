// node make-chains.mjs > tests/Unit/Vectors/chains.json: chains of trust that hold and that do not, for both clients. Made with
// node:crypto alone, so that neither client checks itself.
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";

const canonical = (value) => Array.isArray(value) ? `[${value.map(canonical).join(",")}]`
  : value !== null && typeof value === "object"
    ? `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`
    : JSON.stringify(value);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const idOf = (text) => sha256(text).slice(0, 24);

const makeKey = (name, owner) => {
  const seed = Buffer.from(sha256(`key ${name}`), "hex");
  const privateKey = createPrivateKey({
    key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]), format: "der", type: "pkcs8",
  });
  const publicKey = createPublicKey(privateKey);
  const fingerprint = sha256(publicKey.export({ type: "spki", format: "der" }));
  return { id: idOf(`id ${name}`), owner: idOf(`owner ${owner}`), privateKey, fingerprint, pem: publicKey.export({ type: "spki", format: "pem" }) };
};
const signed = (key, bytes) => sign(null, Buffer.from(bytes), key.privateKey).toString("base64");
const record = (key, endorser = null, changes = {}) => ({
  id: key.id, ownerType: "USER", ownerId: key.owner, ownerName: "", algorithm: "Ed25519", publicKey: key.pem,
  fingerprint: key.fingerprint, encryptionPublicKey: null, encryptionKeySignature: null, state: "active",
  createdAt: "2026-01-01T00:00:00.000Z", retiredAt: null, retireReason: null, proof: null,
  endorsement: endorser && endorsement(endorser, key), ...changes,
});
const endorsement = (previous, next, by = previous, owner = next.owner) => ({
  previousKeyId: previous.id,
  signature: signed(by, `vaultportal:key-rotation\n${canonical({ owner, previousFingerprint: previous.fingerprint, newFingerprint: next.fingerprint })}`),
});
const wrap = (key, checkpoint) => ({ checkpoint, signerUserKeyPairId: key.id, signature: signed(key, canonical(checkpoint)) });

const [alice, alice2, alice3] = ["alice", "alice2", "alice3"].map((name) => makeKey(name, "alice"));
const [bob, bob2] = ["bob", "bob2"].map((name) => makeKey(name, "bob"));
const carol = makeKey("carol", "carol");
const mallory = makeKey("mallory", "mallory");
const vaultId = idOf("vault");
const itemId = idOf("item");
const other = idOf("another object");

const member = (key, accessLevel, ...more) => ({
  principalType: "USER", principalId: key.owner, accessLevel, keyFingerprints: [key, ...more].map(({ fingerprint }) => fingerprint),
});
const admin = (key, ...more) => member(key, "ADMIN", ...more);
const permission = (key, version, permissions, assetId = vaultId, assetType = "VAULT") =>
  wrap(key, { assetType, assetId, version, permissions });
const summary = (key, version = 5, changes = {}) => wrap(key, {
  vaultId, version, name: "Production", dataClassification: null, currentDekVersion: 1, items: [], groups: [], ...changes,
});
const directory = (key) => wrap(key, { vaultId, version: 2, name: "Production", groupId: null, dataClassification: null });
const detail = (key, changes = {}) => wrap(key, {
  vaultItemId: itemId, vaultId, version: 3, name: "Database", type: "DATABASE", websites: [], groupId: null, fields: [], ...changes,
});
const hashOf = ({ checkpoint }) => sha256(canonical(checkpoint));
const pins = (creator, seen = {}, anchor = 1) => ({
  creator: creator.fingerprint, anchor,
  seen: Object.fromEntries(Object.entries(seen).map(([kind, signedOne]) => [kind, { version: signedOne.checkpoint.version, hash: hashOf(signedOne) }])),
});

const keys = [record(alice), record(alice2, alice), record(alice3, alice2), record(bob), record(bob2), record(carol), record(mallory)];
const replace = (id, changed) => keys.map((key) => (key.id === id ? changed : key));
const first = permission(alice, 1, [admin(alice)]);
const withBob = permission(alice, 2, [admin(alice), member(bob, "WRITE")]);
const twoAdmins = permission(alice, 2, [admin(alice), admin(bob)]);
const withoutBob = permission(alice, 3, [admin(alice)]);
const itemPermission = (key, who) => permission(key, 1, [member(who, "WRITE")], itemId, "VAULT_ITEM");
const alter = (signedOne) => ({ ...signedOne, signature: signedOne.signature.replace(/^./, (first_) => (first_ === "A" ? "B" : "A")) });

const cases = [];
const add = (why, expect, input) => cases.push({ why, expect, permissions: [first], ...input });
const holds = (why, input) => add(why, null, input);

holds("the maker alone", { summary: summary(alice), directory: directory(alice) });
holds("a member who may write", { permissions: [first, withBob], summary: summary(bob) });
holds("a key that the maker's key endorsed", { permissions: [first, permission(alice2, 2, [admin(alice2)])], summary: summary(alice2) });
holds("an unbroken line of two endorsements", { permissions: [first, permission(alice3, 2, [admin(alice)])], summary: summary(alice3) });
holds("a key that was dropped, of a member who stays", { permissions: [first, permission(alice, 2, [admin(alice2)])], summary: summary(alice) });
holds("a key without endorsement that an ADMIN named", {
  permissions: [first, withBob, permission(alice, 3, [admin(alice), member(bob, "WRITE", bob2)])], summary: summary(bob2),
});
holds("what a member signed before he was removed, and was seen then", {
  permissions: [first, withBob, withoutBob], summary: summary(bob), pins: pins(alice, { permission: withBob, summary: summary(bob) }),
});
holds("a former member's state where that is accepted", { permissions: [first, withBob, withoutBob], summary: summary(bob), acceptFormerMembers: true });
holds("pins of lower versions", {
  permissions: [first, withBob], summary: summary(alice), pins: pins(alice, { permission: first, summary: summary(alice, 4) }),
});
holds("a chain that was pinned anew", { permissions: [first, permission(carol, 2, [admin(carol)])], summary: summary(carol), pins: pins(carol, {}, 2) });
holds("the maker's fingerprint as expected", { summary: summary(alice), expectedCreator: alice.fingerprint });
holds("somebody with a grant on the item alone", { detail: detail(carol), itemPermissions: [itemPermission(alice, carol)] });
holds("an item's grant by a former ADMIN, renewed by a present one", {
  permissions: [first, twoAdmins, withoutBob], detail: detail(carol),
  itemPermissions: [itemPermission(bob, carol), permission(alice, 2, [member(carol, "WRITE")], itemId, "VAULT_ITEM")],
});

add("forged signer: a stranger signs the next permission checkpoint", "signer_not_member", {
  permissions: [first, permission(mallory, 2, [admin(alice), admin(mallory)])],
});
add("forged signer: a stranger signs the summary", "signer_not_member", { summary: summary(mallory) });
add("forged signer: a stranger signs the first permission checkpoint in the maker's name", "signer_not_member", {
  permissions: [permission(mallory, 1, [admin(alice)])],
});
add("forged signer: the stranger's key is said to be the maker's", "endorsement_missing", {
  permissions: [permission(mallory, 1, [admin(alice)])], keys: replace(mallory.id, record(mallory, null, { ownerId: alice.owner })),
});
add("swapped key under the same fingerprint", "key_swapped", { keys: replace(alice.id, record(alice, null, { publicKey: mallory.pem })) });
add("swapped key with its own fingerprint", "signature_invalid", {
  keys: replace(alice.id, record(alice, null, { publicKey: mallory.pem, fingerprint: mallory.fingerprint })),
});
add("rolled-back version of the permission checkpoint", "version_rolled_back", { pins: pins(alice, { permission: withBob }) });
add("rolled-back version of the summary", "version_rolled_back", { summary: summary(alice, 4), pins: pins(alice, { summary: summary(alice, 5) }) });
add("rolled-back version of the directory", "version_rolled_back", {
  directory: directory(alice), pins: pins(alice, { directory: { checkpoint: { version: 3 } } }),
});
add("rolled-back version of a detail", "version_rolled_back", {
  detail: detail(alice), pins: pins(alice, { [`detail:${itemId}`]: { checkpoint: { version: 4 } } }),
});
add("removed member's signature on a summary", "signer_removed", { permissions: [first, withBob, withoutBob], summary: summary(bob) });
add("removed member's signature on a permission checkpoint", "signer_removed", {
  permissions: [first, twoAdmins, withoutBob, permission(bob, 4, [admin(bob)])],
});
add("removed member's signature, by a key that he endorsed later", "signer_removed", {
  permissions: [first, withBob, withoutBob], summary: summary(bob2), keys: replace(bob2.id, record(bob2, bob)),
});
add("unendorsed new key", "endorsement_missing", { permissions: [first, withBob], summary: summary(bob2) });
add("endorsement by somebody else's key", "endorsement_missing", {
  permissions: [first, withBob], summary: summary(bob2),
  keys: replace(bob2.id, record(bob2, null, { endorsement: endorsement(bob, bob2, mallory) })),
});
add("endorsement for another owner", "endorsement_missing", {
  permissions: [first, withBob], summary: summary(bob2),
  keys: replace(bob2.id, record(bob2, null, { endorsement: endorsement(bob, bob2, bob, alice.owner) })),
});
add("endorsements in a circle", "endorsement_missing", {
  permissions: [first, withBob], summary: summary(bob2), keys: replace(bob2.id, record(bob2, bob2)),
});
add("changed pin: the vault was made by another key", "pin_changed", {
  permissions: [permission(mallory, 1, [admin(mallory)])], summary: summary(mallory), pins: pins(alice),
});
add("changed pin: not the fingerprint that was compared", "pin_changed", { expectedCreator: bob.fingerprint });
add("changed pin: another summary under the same version", "pin_changed", {
  summary: summary(alice, 5, { name: "Staging" }), pins: pins(alice, { summary: summary(alice) }),
});
add("changed pin: another permission checkpoint under the same version", "pin_changed", {
  permissions: [first, twoAdmins], pins: pins(alice, { permission: withBob }),
});
add("changed pin: another history below the version seen", "pin_changed", {
  permissions: [first, twoAdmins, withoutBob], pins: pins(alice, { permission: withBob }),
});
add("a member who may write signs a permission checkpoint", "signer_level", {
  permissions: [first, withBob, permission(bob, 3, [admin(bob)])],
});
add("a member who may write signs the directory", "signer_level", { permissions: [first, withBob], directory: directory(bob) });
add("a member who may read signs the summary", "signer_level", {
  permissions: [first, permission(alice, 2, [admin(alice), member(bob, "READ")])], summary: summary(bob),
});
add("a permission checkpoint is missing", "chain_broken", { permissions: [first, withoutBob] });
add("the first permission checkpoint is missing", "chain_broken", { permissions: [withBob] });
add("no permission checkpoint", "chain_broken", { permissions: [] });
add("a permission checkpoint of another vault", "chain_broken", { permissions: [permission(alice, 1, [admin(alice)], other)] });
add("a summary of another vault", "chain_broken", { summary: summary(alice, 5, { vaultId: other }) });
add("a detail of another item", "chain_broken", { detail: detail(alice, { vaultItemId: other }) });
add("an altered signature on a permission checkpoint", "signature_invalid", { permissions: [alter(first)] });
add("an altered signature on a summary", "signature_invalid", { summary: alter(summary(alice)) });
add("an altered summary", "signature_invalid", { summary: { ...summary(alice), checkpoint: summary(alice, 6).checkpoint } });
add("two signers named", "signature_invalid", { summary: { ...summary(alice), signerEncryptionKeyId: alice.id } });
add("a signer that the server does not name", "signer_unknown", { keys: keys.filter(({ id }) => id !== alice.id) });
add("a grant on the item that is not shown", "signer_not_member", { detail: detail(carol) });
add("a grant on the item by a stranger", "signer_not_member", { detail: detail(carol), itemPermissions: [itemPermission(mallory, carol)] });
add("a grant on the item by a former ADMIN", "signer_removed", {
  permissions: [first, twoAdmins, withoutBob], detail: detail(carol), itemPermissions: [itemPermission(bob, carol)],
});

add("an item's grant by somebody whom an ADMIN made an ADMIN of the item who was removed long ago", "signer_removed", {
  permissions: [first, twoAdmins, withoutBob], detail: detail(carol),
  itemPermissions: [
    permission(bob, 1, [admin(mallory)], itemId, "VAULT_ITEM"), permission(mallory, 2, [admin(mallory), member(carol, "WRITE")], itemId, "VAULT_ITEM"),
  ],
});
add("an item's grant by a former ADMIN, after one by a present ADMIN", "signer_removed", {
  permissions: [first, twoAdmins, withoutBob], detail: detail(carol),
  itemPermissions: [itemPermission(alice, carol), permission(bob, 2, [admin(carol)], itemId, "VAULT_ITEM")],
});
holds("an item's grant by an ADMIN of the item, whom a present ADMIN made that", {
  permissions: [first, twoAdmins, withoutBob], detail: detail(mallory),
  itemPermissions: [
    permission(bob, 1, [admin(bob)], itemId, "VAULT_ITEM"), permission(alice, 2, [admin(carol)], itemId, "VAULT_ITEM"),
    permission(carol, 3, [admin(carol), member(mallory, "WRITE")], itemId, "VAULT_ITEM"),
  ],
});
holds("an item's grant by a former ADMIN, which was seen while he was that", {
  permissions: [first, twoAdmins, withoutBob], detail: detail(carol), itemPermissions: [itemPermission(bob, carol)],
  pins: pins(alice, { [`permission:${itemId}`]: itemPermission(bob, carol) }),
});
add("expected creator differs from the pin", "pin_changed", { pins: pins(alice), expectedCreator: bob.fingerprint });
add("expected creator is the one found, and the pin differs", "pin_changed", { pins: pins(bob), expectedCreator: alice.fingerprint });
holds("expected creator and the pin are the same", { pins: pins(alice), expectedCreator: alice.fingerprint });

// Each kind has its members, and no other: signed for one, it is never taken for another.
const as = (signedOne, change) => wrap(alice, change(signedOne.checkpoint));
add("a detail as directory", "chain_broken", { directory: detail(alice) });
add("a detail as summary", "chain_broken", { summary: detail(alice) });
add("a summary as directory", "chain_broken", { directory: summary(alice) });
add("a directory as summary", "chain_broken", { summary: directory(alice) });
add("a summary as detail", "chain_broken", { detail: as(summary(alice), (found) => ({ ...found, vaultItemId: itemId })) });
add("a directory with a member too many", "chain_broken", { directory: as(directory(alice), (found) => ({ ...found, items: [] })) });
add("a directory without its name", "chain_broken", { directory: as(directory(alice), ({ name, ...rest }) => rest) });
add("a summary without its data key's version", "chain_broken", { summary: as(summary(alice), ({ currentDekVersion, ...rest }) => rest) });
const listed = { id: itemId, name: "Database", type: "DATABASE", websites: [], groupId: null };
const field = { id: other, name: "Password", type: "PASSWORD", order: 0, fieldInstanceIds: [other], assetIds: [] };
add("an item of a summary with a member too many", "chain_broken", { summary: summary(alice, 5, { items: [{ ...listed, fields: [] }] }) });
add("a group of a summary without a name", "chain_broken", { summary: summary(alice, 5, { groups: [{ id: other }] }) });
add("a field of a detail with a member too many", "chain_broken", { detail: detail(alice, { fields: [{ ...field, value: "x" }] }) });
add("a permission checkpoint with a member too many", "chain_broken", {
  permissions: [as(first, (found) => ({ ...found, vaultId }))],
});
add("a member of a permission checkpoint with a member too many", "chain_broken", {
  permissions: [permission(alice, 1, [{ ...admin(alice), name: "Alice" }])],
});
holds("what may be absent is absent", {
  directory: as(directory(alice), ({ groupId, dataClassification, ...rest }) => rest),
  summary: as(summary(alice), ({ dataClassification, ...rest }) => ({ ...rest, items: [{ id: itemId, name: "Database", type: "DATABASE", websites: [] }] })),
});

// Where a summary and a detail are both there, the item is what the summary says of it.
holds("an item as the summary lists it", {
  summary: summary(alice, 5, { items: [listed], groups: [{ id: other, name: "Group" }] }), detail: detail(alice, { fields: [field] }),
});
for (const [why, items] of Object.entries({
  "is in no summary, as an archived one": [],
  "has another name": [{ ...listed, name: "Bank" }],
  "is of another type": [{ ...listed, type: "LOGIN" }],
  "has other websites": [{ ...listed, websites: ["https://example.com"] }],
  "is in another group": [{ ...listed, groupId: other }],
})) add(`an item that ${why}`, "chain_broken", { summary: summary(alice, 5, { items }), detail: detail(alice) });

// Whose data keys are opened, and whose are sealed under. `own` and `signer` are ids of keys: who reads, and who wrapped.
const wraps = [];
const addWrap = (why, own, signer, opens, seals, input = {}) =>
  wraps.push({ why, permissions: [first, withBob], own: own.id, signer: signer.id, opens, seals, ...input });
const proof = (key, owner = key.owner) =>
  signed(key, `vaultportal:key-proof\n${canonical({ owner, fingerprint: key.fingerprint })}`);
const stolen = [first, permission(alice, 2, [admin(alice), admin(bob)]), permission(alice, 3, [admin(alice), admin(bob2)])];
addWrap("by an ADMIN", bob, alice, true, true);
addWrap("by the own key", bob, bob, true, true);
addWrap("by an ADMIN's key that his named one endorsed", bob, alice2, true, true);
addWrap("by another member who is no ADMIN", alice, bob, false, false);
addWrap("by a former ADMIN", alice, bob, true, false, { permissions: [first, twoAdmins, withoutBob] });
addWrap("by a dropped key of an ADMIN who stays", alice, bob, true, false, { permissions: stolen });
addWrap("endorsed backwards: a stranger's key endorsed the own one", bob, mallory, false, false, {
  keys: replace(bob.id, record(bob, mallory)),
});
addWrap("endorsed backwards: the stranger's key is said to be the reader's", bob, mallory, false, false, {
  keys: replace(bob.id, record(bob, mallory)).map((key) => (key.id === mallory.id ? record(mallory, null, { ownerId: bob.owner }) : key)),
});
addWrap("endorsed backwards: by another member, in his own name", bob, carol, false, false, {
  permissions: [first, permission(alice, 2, [admin(alice), member(carol, "READ"), member(bob, "WRITE")])],
  keys: replace(bob.id, record(bob, null, { endorsement: endorsement(carol, bob, carol, carol.owner) })),
});
addWrap("by another key of the reader, both named", bob, bob2, true, true, {
  permissions: [first, permission(alice, 2, [admin(alice), member(bob, "WRITE", bob2)])],
});
addWrap("by the reader's key before, which is named and endorsed his", bob2, bob, true, true, {
  keys: replace(bob2.id, record(bob2, bob, { proof: proof(bob2) })),
});
addWrap("by the reader's newer key, which his named one endorsed", bob, bob2, true, true, {
  keys: replace(bob2.id, record(bob2, bob, { proof: proof(bob2) })),
});
addWrap("by the reader's dropped key", bob2, bob, true, false, {
  permissions: [first, withBob, permission(alice, 3, [admin(alice), member(bob2, "WRITE")])],
});

// To which keys data keys are wrapped: `to` are ids of keys.
const recipients = [];
const addRecipients = (why, to, input = {}) =>
  recipients.push({ why, permissions: [first, withBob], to: to.map(({ id }) => id).sort(), ...input });
addRecipients("named keys, and those that they endorsed", [alice, alice2, alice3, bob]);
addRecipients("dropped key as recipient", [alice, alice2, alice3, bob2], { permissions: stolen });
addRecipients("a key that a dropped one endorsed", [alice, alice2, alice3, bob2], {
  permissions: stolen, keys: replace(carol.id, record(carol, null, { ownerId: bob.owner, endorsement: endorsement(bob, carol, bob, bob.owner) })),
});
addRecipients("a former member", [alice, alice2, alice3], { permissions: [first, withBob, withoutBob] });
addRecipients("a key that is retired", [alice, alice3, bob], {
  keys: replace(alice2.id, record(alice2, alice, { state: "retired" })),
});

const linesOf = (vectors) => vectors.map((vector) => JSON.stringify(vector)).join(",\n");
console.log(`{"origin":"tests/E2E/Clients/js/make-chains.mjs","vaultId":"${vaultId}","itemId":"${itemId}","keys":${JSON.stringify(keys)},"cases":[\n${linesOf(cases)}\n],
"wraps":[\n${linesOf(wraps)}\n],
"recipients":[\n${linesOf(recipients)}\n]}`);
