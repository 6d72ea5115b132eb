// node item-stage.mjs: what the journeys of an item need beside the browser: people whose keys a passphrase opens, a vault, items, changes by
// others, and a machine's look at what was saved. Reads one request {sealed, address, action, …} from standard input, prints the answer.
let text = "";
for await (const part of process.stdin) text += part;
const { sealed, address, action, ...input } = JSON.parse(text);
const { Client, MemoryPins, generateKeyPair, keyPairFromPem, toPem, wrapPrivateKey } = await import(`${sealed}/node.js`);
const clientOf = async ({ apiKey, key }) => new Client({
  address, apiKey, pins: new MemoryPins(),
  key: key ? { id: key.id, isAgent: false, keyPair: await keyPairFromPem(key.signing, key.encryption) } : null,
});

const actions = {
  async person({ apiKey, passphrase }) {
    const client = await clientOf({ apiKey });
    const { keyPair, secret } = await generateKeyPair();
    const { id } = await client.registerKeyPair(keyPair, { wrappedPrivateKey: await wrapPrivateKey(keyPair, secret, passphrase) });
    return {
      apiKey, owner: (await client.me()).owner.id, fingerprint: keyPair.fingerprint,
      key: { id, signing: toPem("PRIVATE KEY", secret.signing), encryption: toPem("PRIVATE KEY", secret.encryption) },
    };
  },

  async vault({ person, name, members, groups = [] }) {
    const vault = await (await clientOf(person)).createVault({ name, dataClassification: "CONFIDENTIAL" });
    for (const { owner, fingerprint, level } of members) {
      await vault.share({ principalType: "USER", principalId: owner, accessLevel: level, keyFingerprints: [fingerprint] });
    }
    for (const group of groups) await vault.createGroup(group);
    return { id: vault.id };
  },

  async item({ person, vaultId, name, type, websites, fields }) {
    const vault = await (await clientOf(person)).openVault(vaultId);
    return { id: (await vault.createItem({ name, type, websites, fields })).id };
  },

  async change({ person, vaultId, itemId, changes }) {
    const vault = await (await clientOf(person)).openVault(vaultId);
    const item = await vault.updateItem(await vault.openItem(itemId), changes);
    return { version: item.version };
  },

  async rekey({ person, vaultId }) {
    const vault = await (await clientOf(person)).openVault(vaultId);
    await vault.rekey();
    return { dekVersion: vault.dekVersion };
  },

  /** What is saved, verified and opened. */
  async read({ person, vaultId, itemId }) {
    const vault = await (await clientOf(person)).openVault(vaultId);
    const item = await vault.openItem(itemId);
    const values = {};
    for (const { id, name, hasValue, assetId } of item.fields) {
      values[name] = !hasValue ? null : assetId === null ? await item.reveal(id) : new TextDecoder().decode((await vault.download(item, id)).bytes);
    }
    const { name, type, websites, version } = item;
    return {
      name, type, websites, version, values, labels: item.fields.map((field) => field.name), types: item.fields.map((field) => field.type),
      group: vault.groups.find(({ id }) => id === item.groupId)?.name ?? null, expiresAt: item.expiresAt,
      expiries: item.fields.map(({ expiresAt }) => expiresAt),
    };
  },
};

console.log(JSON.stringify(await actions[action](input)));
