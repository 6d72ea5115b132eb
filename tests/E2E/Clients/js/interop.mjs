// What the tests ask of the JavaScript client; the same file runs in Node and in a browser. `run` never throws: it answers
// {"ok": …} or {"error": {name, code, message}}.

export async function run({ action, sealed, ...input }) {
  try {
    const [{ MachineClient }, { keyPairFromPem }, bytes, checkpoints] = await Promise.all(
      ["node/machine-client", "key-pair", "bytes", "checkpoints"].map((name) => import(`${sealed}/${name}.js`)),
    );
    const { key } = input;
    const client = new MachineClient({
      ...input,
      key: { id: key.id, isAgent: key.isAgent ?? false, keyPair: await keyPairFromPem(key.signing, key.encryption) },
      pins: await pinsOf(sealed, input.pins),
    });
    return { ok: await actions[action](client, input, { bytes, checkpoints }) };
  } catch (error) {
    return { error: { name: error.name, code: error.code ?? null, message: error.message } };
  }
}

const pattern = (length) => Uint8Array.from({ length }, (_, index) => (index * 31) & 255);

const actions = {
  /** A vault with one item whose every kind of edit was made, and an attachment of several chunks. */
  async write(client, { length }) {
    const vault = await client.createVault({ name: "Made in JavaScript", dataClassification: "CONFIDENTIAL" });
    let item = await vault.createItem({
      name: "Database 世界",
      type: "DATABASE",
      websites: ["db.example.com"],
      fields: [
        { name: "User", type: "TEXT", value: "app" },
        { name: "Password", type: "PASSWORD", value: "first" },
        { name: "Gone", type: "TEXT", value: "x" },
        { name: "Empty", type: "TEXT", value: null },
      ],
    });
    item = await vault.updateItem(item, { name: "Database 🔐", set: { Password: "Grüße" }, remove: ["Gone"] });
    const attachment = await vault.upload(pattern(length), { name: "key.bin", mediaType: "application/octet-stream" });
    item = await vault.updateItem(item, { add: [{ name: "File", type: "FILE", attachment }, { name: "Note", type: "SECRET", value: "added" }] });
    return { vaultId: vault.id, itemId: item.id, creator: vault.creator };
  },

  /** Everything in a vault, opened. */
  async read(client, { vaultId, expectedCreator = null }, { bytes }) {
    const vault = await client.openVault(vaultId, { expectedCreator });
    const items = [];
    for (const { id } of vault.items) {
      const item = await vault.openItem(id);
      const fields = {};
      for (const field of item.fields) {
        fields[field.name] = !field.hasValue ? null
          : field.assetId === null ? await item.reveal(field.id)
          : bytes.toHex(await bytes.sha256((await vault.download(item, field.id)).bytes));
      }
      items.push({ name: item.name, type: item.type, websites: item.websites, fields });
    }
    return { name: vault.name, creator: vault.creator, members: vault.members.length, items };
  },

  /** As if the server gave an older answer: a write is made in between, and then unseen. */
  async readOld(client, { vaultId }) {
    const { get } = client.transport;
    const old = await get(`vault/${vaultId}`);
    await (await client.openVault(vaultId)).update({ name: "Renamed" });
    client.transport.get = (path) => (path === `vault/${vaultId}` ? old : get(path));
    await client.openVault(vaultId);
  },

  async share(client, { vaultId, member }) {
    await (await client.openVault(vaultId)).share(member);
  },

  /** Several items under one consent: moved to a new group, archived, brought back by a client that never saw them; a group goes meanwhile. */
  async tidyMany(client) {
    const asked = [];
    client.approve = async ({ action, checkpoints }) => asked.push(`${action}:${checkpoints.length}`);
    const vault = await client.createVault({ name: "Many" });
    for (const name of ["a", "b", "c"]) await vault.createItem({ name, type: "CUSTOM", fields: [{ name: "Value", type: "TEXT", value: name }] });
    const ids = vault.items.map(({ id }) => id);
    const progress = [];
    const moved = await vault.moveItems(null, ids, { newGroup: "Letters", onprogress: ({ count, total }) => progress.push(`${count}/${total}`) });
    const stop = new AbortController();
    const archived = await vault.archiveItems(ids, { signal: stop.signal, onprogress: ({ count }) => count === 2 && stop.abort() });
    const left = vault.items.length;
    await vault.archiveItems(ids);
    await vault.archiveGroup(vault.groups[0].id);
    const again = await client.openVault(vault.id);
    const restored = await again.restoreItems(ids);
    const values = [];
    for (const id of ids) values.push(await (await again.openItem(id)).reveal("Value"));
    await again.rekey();
    const one = new AbortController();
    const first = await again.reencrypt({ signal: one.signal, onprogress: () => one.abort() });
    const rest = await again.reencrypt();
    return {
      asked, progress, moved: moved.length, archived: archived.length, left, restored: restored.length, values,
      groups: again.items.map(({ groupId }) => groupId), sealedAnew: [first, rest],
    };
  },

  async revoke(client, { vaultId, member }) {
    const vault = await client.openVault(vaultId);
    await vault.revoke(member);
    await vault.rekey();
    return vault.reencrypt();
  },

  /** A grant on an item alone, as the portal makes one, whose holder is a member for a while; then a new data key. */
  async rekeyWithItemGrant(client, { vaultId, itemId, member }, { checkpoints }) {
    const vault = await client.openVault(vaultId);
    const content = { assetType: "VAULT_ITEM", assetId: itemId, permissions: [member] };
    await client.transport.post(`permissions/VAULT_ITEM/${itemId}/set-permissions`, {
      permissions: [{ principalType: member.principalType, principalId: member.principalId, accessLevel: member.accessLevel }],
      permissionCheckpoint: await checkpoints.signCheckpoint(client.key, checkpoints.permissionCheckpoint(content, 1)),
    });
    await vault.share(member);
    await vault.revoke(member);
    await vault.rekey();
    await vault.refresh();
    return { dekVersion: vault.dekVersion, count: await vault.reencrypt() };
  },

  /** What else there is: groups, archiving and coming back. */
  async tidy(client, { vaultId, itemId }) {
    const vault = await client.openVault(vaultId);
    const groupId = await vault.createGroup("Databases");
    await vault.moveItems(groupId, [itemId]);
    const item = await vault.openItem(itemId);
    await vault.archiveItem(itemId);
    const without = vault.items.length;
    await vault.restoreItem(item);
    await vault.update({ name: "Tidied" });
    await vault.archive();
    await vault.restore();
    await vault.refresh();
    return { without, groupId: (await vault.openItem(itemId)).groupId === groupId, name: vault.name };
  },
};

async function pinsOf(sealed, pins) {
  if (pins === "indexeddb") return new (await import(`${sealed}/pins-indexeddb.js`)).IndexedDbPins();
  if (typeof pins === "string") return new (await import(`${sealed}/node/trust-file.js`)).TrustFile(pins);
  return undefined;
}
