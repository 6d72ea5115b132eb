// Makes a vault and an item, then adds, updates and deletes a field, each step signed with your own key.
// Node 20 or later, no dependencies:
//
//   node docs/examples/first-update.mjs --key "$RK_KEY" --signer "$SIGNER_ID" --private-key machine.pem
//
// --key          the API key (rk_…), from `./run apikey create`
// --signer       the id of your registered key, from `./run userkey register`
// --private-key  the Ed25519 private key (PEM) whose public half you registered
// --url          where VaultPortal listens, default http://localhost:5080
import { createCipheriv, createPrivateKey, randomBytes, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    key: { type: "string" },
    signer: { type: "string" },
    "private-key": { type: "string" },
    url: { type: "string", default: "http://localhost:5080" },
  },
});
for (const name of ["key", "signer", "private-key"]) {
  if (!options[name]) throw new Error(`--${name} is missing; the first lines of this file say what it is.`);
}
const privateKey = createPrivateKey(readFileSync(options["private-key"]));

// Ids are chosen by the client: 4 bytes of time, 8 random ones, as 24 hexadecimal characters.
const newId = () => {
  const id = Buffer.concat([Buffer.alloc(4), randomBytes(8)]);
  id.writeUInt32BE(Math.floor(Date.now() / 1000));
  return id.toString("hex");
};

// Canonical JSON (RFC 8785): members sorted by UTF-16 code units, no white space. JSON.stringify already
// writes strings and numbers as the standard wants them.
const canonical = (value) =>
  Array.isArray(value)
    ? `[${value.map(canonical).join(",")}]`
    : value !== null && typeof value === "object"
      ? `{${Object.keys(value).sort().map((k) => `${JSON.stringify(k)}:${canonical(value[k])}`).join(",")}}`
      : JSON.stringify(value);

// A checkpoint says what the state will be after the request; the server refuses it unless that is true.
const signed = (checkpoint) => ({
  checkpoint,
  signerUserKeyPairId: options.signer,
  signature: sign(null, Buffer.from(canonical(checkpoint)), privateKey).toString("base64"),
});

// The data key of the vault never leaves this process. A real client keeps it, wrapped for every member.
const dek = randomBytes(32);
const seal = (text, { vaultId, itemId, fieldId, instanceId }) => {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", dek, iv);
  cipher.setAAD(Buffer.from(`vaultportal/field/v3|${vaultId}|${itemId}|${fieldId}|${instanceId}|1`));
  const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const base64 = (bytes) => bytes.toString("base64");
  return JSON.stringify({ v: 3, iv: base64(iv), t: base64(cipher.getAuthTag()), d: base64(data) });
};

const call = async (method, path, body) => {
  const response = await fetch(`${options.url}/api/v1/machine${path}`, {
    method,
    headers: { "X-API-Key": options.key, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  console.log(`${response.status} ${method} ${path}`);
  if (!response.ok) throw new Error(text);
  return text && JSON.parse(text);
};

const vaultId = newId();
const itemId = newId();
const vault = { vaultId, name: "Production Secrets", dataClassification: "CONFIDENTIAL" };
const item = { id: itemId, name: "Production Database", type: "DATABASE", websites: ["db.example.com"] };
const summary = (version, items) =>
  signed({ ...vault, version, currentDekVersion: 1, items, groups: [] });
const detail = (version, fields) => {
  const { id, ...metadata } = item;
  return signed({ vaultItemId: id, vaultId, version, ...metadata, groupId: null, fields });
};
const field = (id, instanceId, name, type, order) => ({
  id, name, type, order, fieldInstanceIds: [instanceId], assetIds: [],
});

// 1. A vault, empty at first.
await call("POST", "/vault", {
  id: vaultId,
  name: vault.name,
  dataClassification: vault.dataClassification,
  directoryCheckpoint: signed({ ...vault, version: 1, groupId: null }),
  summaryCheckpoint: summary(1, []),
});

// 2. An item with one field.
const [user, userInstance] = [newId(), newId()];
const userField = field(user, userInstance, "Username", "TEXT", 0);
await call("POST", `/vault/${vaultId}/items`, {
  ...item,
  fields: [{
    id: user,
    fieldInstanceId: userInstance,
    name: "Username",
    type: "TEXT",
    encryptedValue: seal("app", { vaultId, itemId, fieldId: user, instanceId: userInstance }),
  }],
  summaryCheckpoint: summary(2, [{ ...item, groupId: null }]),
  detailCheckpoint: detail(1, [userField]),
});

// 3. Add a field, then give it a new value, then delete it. Each update carries the next detail version.
const [password, first, second] = [newId(), newId(), newId()];
const update = (version, fields, entry) =>
  call("PATCH", `/vault-item/${itemId}/update`, { detailCheckpoint: detail(version, fields), updates: [entry] });
await update(2, [userField, field(password, first, "Password", "PASSWORD", 1)], {
  action: "add",
  fieldId: password,
  fieldInstanceId: first,
  name: "Password",
  type: "PASSWORD",
  value: seal("first", { vaultId, itemId, fieldId: password, instanceId: first }),
});
await update(3, [userField, field(password, second, "Password", "PASSWORD", 1)], {
  action: "update",
  fieldId: password,
  fieldInstanceId: second,
  type: "PASSWORD",
  value: seal("second", { vaultId, itemId, fieldId: password, instanceId: second }),
});
await update(4, [userField], { action: "delete", fieldId: password });

// 4. Read it back: the value is the envelope as it was sent, the checkpoint the one that was signed.
const read = await call("GET", `/vault/${vaultId}/items/${itemId}`);
console.log(`${read.name}: detail version ${read.detailCheckpoint.checkpoint.version}, ${read.fields.length} field`);
console.log(`${options.url}/vaults/${vaultId}/items/${itemId}`);
