// Every vector, against the sealed module: the same file runs in Node and in a browser.
// `sealed` is the address of the module's folder, `load` gives a file's text.

export async function run({ sealed, load }) {
  const [bytes, jcs, envelope, hpke, keys, pair, wrapped, assets, directory, trust, deks] = await Promise.all(
    ["bytes", "jcs", "envelope", "hpke", "public-keys", "key-pair", "wrapped-private-key", "assets", "key-directory", "trust", "wrapped-dek"]
      .map((name) => import(`${sealed}/${name}.js`)),
  );
  const result = { passed: 0, failures: [] };
  const check = (name, holds) => {
    if (holds) result.passed += 1;
    else result.failures.push(name);
  };
  const succeeds = (promise) => promise.then((value) => value, () => null);
  const refuses = async (name, run) => {
    try {
      await run();
      check(name, false);
    } catch (error) {
      check(name, error.name === "SealedError");
    }
  };
  const json = async (name) => JSON.parse(await load(name));
  const hex = bytes.fromHex;
  const isText = (found, text) => found !== null && bytes.fromUtf8(found) === text;
  const dekOf = (text) => crypto.subtle.importKey("raw", hex(text), "AES-GCM", false, ["encrypt", "decrypt"]);

  // Canonical JSON, with the vectors of RFC 8785's authors where they are at hand.
  for (const name of ["arrays", "french", "structures", "unicode", "values", "weird"]) {
    const [input, output] = await Promise.all([succeeds(load(`jcs/input/${name}.json`)), succeeds(load(`jcs/output/${name}.json`))]);
    if (input !== null) check(`jcs ${name}`, jcs.canonicalText(JSON.parse(input)) === output.trimEnd());
  }
  for (const line of ((await succeeds(load("jcs/numbers.csv"))) ?? "").split("\n").filter(Boolean)) {
    const [bits, text] = line.trim().split(",");
    if (!/^[0-9a-f]{16}$/.test(bits)) continue; // the heading
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt(`0x${bits}`));
    check(`jcs number ${bits}`, jcs.canonicalText(view.getFloat64(0)) === text);
  }
  for (const [name, value] of Object.entries({
    "not a number": NaN, "infinity": JSON.parse("1e400"), "a lone surrogate": "\ud800", "a lone surrogate in a name": { "\udc00": 1 },
    "undefined": { a: undefined }, "a function": () => 1, "a date": new Date(0), "a big integer": 1n,
    "too deep": Array.from({ length: 65 }).reduce((inner) => [inner], 1),
  })) await refuses(`jcs refuses ${name}`, () => jcs.canonicalText(value));

  // Checkpoints: keys, canonical forms, signatures.
  const checkpoints = await json("checkpoints.json");
  const readers = {};
  for (const [name, key] of Object.entries(checkpoints.keys)) {
    readers[name] = await keys.readSigningKey(key.publicKeySpkiPem);
    check(`key ${name}: fingerprint`, readers[name].fingerprint === key.fingerprint);
    const own = await pair.keyPairFromPem(key.privateKeyPkcs8Pem);
    check(`key ${name}: its public half`, own.publicKeyPem === key.publicKeySpkiPem);
    const message = bytes.utf8("message");
    const signature = bytes.toBase64(await own.sign(message));
    check(`key ${name}: signs`, await readers[name].verify(message, signature));
    check(`key ${name}: not another text`, !(await readers[name].verify(bytes.utf8("another"), signature)));
  }
  for (const [index, vector] of checkpoints.vectors.entries()) {
    const name = `checkpoint ${index} (${vector.kind}, ${vector.algorithm})`;
    const canonical = jcs.canonicalize(vector.checkpoint);
    check(`${name}: canonical form`, bytes.fromUtf8(canonical) === vector.canonical);
    if (vector.sha256) check(`${name}: hash`, bytes.toHex(await bytes.sha256(canonical)) === vector.sha256);
    check(`${name}: signature`, (await readers[vector.algorithm].verify(canonical, vector.signature)) === vector.valid);
  }

  // HPKE: sealed by somebody else, and by ourselves.
  for (const [index, vector] of (await json("hpke.json")).vectors.entries()) {
    const { recipientPrivateKey, recipientPublicKey, info, aad, plaintext, enc, ciphertext } =
      Object.fromEntries(Object.entries(vector).map(([name, value]) => [name, hex(value)]));
    const own = await pair.keyPairFromPem(
      checkpoints.keys.ed25519.privateKeyPkcs8Pem,
      bytes.toPem("PRIVATE KEY", bytes.concat(pair.pkcs8Prefix.X25519, recipientPrivateKey)),
    );
    const spki = bytes.fromPem("PUBLIC KEY", own.encryptionPublicKeyPem);
    check(`hpke ${index}: public key`, bytes.equal(spki.subarray(-32), recipientPublicKey));
    const sealed = bytes.concat(enc, ciphertext);
    const opened = await succeeds(own.unwrap(info, aad, sealed));
    check(`hpke ${index}: opens`, opened !== null && bytes.equal(opened, plaintext));
    sealed[40] ^= 1;
    await refuses(`hpke ${index}: refuses an altered one`, () => own.unwrap(info, aad, sealed));
    const { key } = await keys.readEncryptionKey(own.encryptionPublicKeyPem);
    const again = await own.unwrap(info, aad, await hpke.hpkeSeal(key, info, aad, plaintext));
    check(`hpke ${index}: opens its own`, bytes.equal(again, plaintext));
    await refuses(`hpke ${index}: refuses a point of low order`, () => own.unwrap(info, aad, new Uint8Array(80)));
  }
  for (const point of [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31))]) {
    const der = bytes.concat(hex("302a300506032b656e032100"), point);
    await refuses("x25519 refuses a point of low order", () => keys.readEncryptionKey(bytes.toPem("PUBLIC KEY", der)));
  }

  // Envelopes.
  const envelopes = await json("envelopes.json");
  const dek = await dekOf(envelopes.dek);
  for (const { why, envelope: text, plaintext, valid, place } of envelopes.vectors) {
    const open = () => envelope.openEnvelope(dek, envelope.fieldBinding(place ?? envelopes.place), text);
    if (valid) check(`envelope: ${why}`, isText(await succeeds(open()), plaintext));
    else await refuses(`envelope: ${why}`, open);
  }
  const binding = envelope.fieldBinding(envelopes.place);
  const made = await envelope.sealEnvelope(dek, binding, bytes.utf8("mine"));
  check("envelope: opens its own", isText(await envelope.openEnvelope(dek, binding, made), "mine"));
  check("envelope: a new nonce each time", made !== (await envelope.sealEnvelope(dek, binding, bytes.utf8("mine"))));
  await refuses("envelope: too long", () => envelope.sealEnvelope(dek, binding, new Uint8Array(50_000)));

  // Attachments.
  const attachments = await json("assets.json");
  const drain = async (stream) => {
    const parts = [];
    for await (const part of stream) parts.push(part);
    return bytes.concat(...parts);
  };
  for (const { why, plaintext, sealed: text, valid } of attachments.vectors) {
    const open = () => drain(assets.openAsset(dek, attachments.place, [bytes.fromBase64(text)]));
    if (valid) check(`asset: ${why}`, bytes.equal(await open(), bytes.fromBase64(plaintext)));
    else await refuses(`asset: ${why}`, open);
  }
  for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000]) {
    const plain = Uint8Array.from({ length }, (_, index) => index * 7);
    const parts = [];
    for await (const part of assets.sealAsset(dek, attachments.place, [plain.subarray(0, 10), plain.subarray(10)])) parts.push(part);
    const all = bytes.concat(...parts);
    check(`asset of ${length}: its length`, all.length === assets.sealedLength(length));
    check(`asset of ${length}: opens`, bytes.equal(await drain(assets.openAsset(dek, attachments.place, [all])), plain));
    if (parts.length < 2) continue;
    await refuses(`asset of ${length}: without its end`, () => drain(assets.openAsset(dek, attachments.place, parts.slice(0, -1))));
    await refuses(`asset of ${length}: in another order`, () => drain(assets.openAsset(dek, attachments.place, parts.toReversed())));
  }

  // The private key under a passphrase.
  const locked = await json("private-key.json");
  const unlocked = await wrapped.unlockPrivateKey(locked.wrapped, locked.passphrase, locked);
  check("private key: unlocks", unlocked.fingerprint === locked.fingerprint);
  for (const passphrase of ["wrong", locked.decomposed]) {
    await refuses("private key: wrong passphrase", () => wrapped.unlockPrivateKey(locked.wrapped, passphrase, locked));
  }
  await refuses("private key: another fingerprint", () =>
    wrapped.unlockPrivateKey(locked.wrapped, locked.passphrase, { ...locked, fingerprint: locked.encryptionFingerprint }));
  await refuses("private key: too few rounds", () =>
    wrapped.unlockPrivateKey(locked.wrapped.replace("600000", "1000"), locked.passphrase, locked));
  const { keyPair, secret } = await pair.generateKeyPair();
  const text = await wrapped.wrapPrivateKey(keyPair, secret, "correct horse");
  const again = await wrapped.unlockPrivateKey(text, "correct horse", keyPair);
  check("private key: unlocks its own", again.fingerprint === keyPair.fingerprint);

  // Data keys wrapped to X25519, and to an RSA key that has no other.
  const rsa = checkpoints.keys["rsa-pss-sha256"];
  for (const own of [keyPair, await pair.keyPairFromPem(rsa.privateKeyPkcs8Pem)]) {
    const signer = { id: "507f1f77bcf86cd799439081", keyPair: own, isAgent: false };
    const publicKey = await keys.readSigningKey(own.publicKeyPem);
    const read = own.encryptionPublicKeyPem === null ? publicKey : await keys.readEncryptionKey(own.encryptionPublicKeyPem);
    const raw = deks.newDek();
    const wrap = await deks.wrapDek(signer, {
      vaultId: "507f1f77bcf86cd799439011", dekVersion: 2, dek: raw, recipient: { ...read, id: signer.id },
    });
    const holds = (changes, print = read.fingerprint) => deks.wrapHolds({ ...wrap, ...changes }, publicKey, signer.id, print);
    check(`data key by ${wrap.algorithm}: opens`, bytes.equal(await deks.unwrapDek(own, wrap), raw));
    check(`data key by ${wrap.algorithm}: signature`, await holds({}));
    for (const changes of [{ dekVersion: 3 }, { vaultId: "507f1f77bcf86cd799439012" }, { recipientKeyId: "507f1f77bcf86cd799439082" }]) {
      check(`data key by ${wrap.algorithm}: ${Object.keys(changes)} is signed`, !(await holds(changes)));
    }
    check(`data key by ${wrap.algorithm}: the recipient's key is signed`, !(await holds({}, "0".repeat(64))));
    await refuses(`data key by ${wrap.algorithm}: altered`, () => {
      const other = bytes.fromBase64(wrap.wrappedDek);
      other[40] ^= 1;
      return deks.unwrapDek(own, { ...wrap, wrappedDek: bytes.toBase64(other) });
    });
  }
  const forAnother = { vaultId: "507f1f77bcf86cd799439012", dekVersion: 2 };
  const bound = await deks.wrapDek({ id: "1", keyPair }, {
    vaultId: "507f1f77bcf86cd799439011", dekVersion: 2, dek: deks.newDek(), recipient: { ...(await keys.readEncryptionKey(keyPair.encryptionPublicKeyPem)), id: "1" },
  });
  await refuses("data key: bound to its vault", () => deks.unwrapDek(keyPair, { ...bound, ...forAnother }));

  // Chains of trust.
  const chains = await json("chains.json");
  const { vaultId, itemId } = chains;
  for (const { why, expect, permissions, itemPermissions = [], pins = null, expectedCreator = null, ...vector } of chains.cases) {
    let code = null;
    try {
      const options = { pins, acceptFormerMembers: vector.acceptFormerMembers };
      const membership = await trust.verifyMembership({
        vaultId, checkpoints: permissions, keys: new directory.KeyDirectory(vector.keys ?? chains.keys), pins, expectedCreator,
      });
      for (const kind of ["directory", "summary"]) if (vector[kind]) await membership.verify(kind, vector[kind], options);
      if (vector.summary && vector.detail) trust.requireListed(vector.summary.checkpoint, vector.detail.checkpoint);
      if (vector.detail) {
        await (await membership.withItem(itemId, itemPermissions, pins)).verify("detail", vector.detail, { ...options, itemId });
      }
    } catch (error) {
      code = error.code ?? String(error);
    }
    check(`chain: ${why}: ${expect} and not ${code}`, code === expect);
  }
  const membershipOf = ({ permissions, keys: known = chains.keys }) =>
    trust.verifyMembership({ vaultId, checkpoints: permissions, keys: new directory.KeyDirectory(known) });
  for (const { why, own, signer, opens, seals, ...vector } of chains.wraps) {
    const membership = await membershipOf(vector);
    const found = await membership.wrapCounts(await membership.findKey(signer), (await membership.findKey(own)).fingerprint);
    check(`wrapped ${why}: ${JSON.stringify(found)}`, found.opens === opens && found.seals === seals);
  }
  for (const { why, to, ...vector } of chains.recipients) {
    const found = (await (await membershipOf(vector)).recipientKeys()).map(({ key }) => key.id).sort();
    check(`recipients: ${why}`, found.join() === to.join());
  }
  return result;
}
