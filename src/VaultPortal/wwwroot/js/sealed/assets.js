// Attachments in chunks (machine.md section 6): per chunk a nonce of 12 bytes, the ciphertext of 65,536 bytes (the last one 0 to
// 65,536), the tag. Each chunk is bound to its place and to being the last one, so that none can be moved, dropped or added.
import { concat, random, utf8 } from "./bytes.js";
import { aesGcmOpen, aesGcmSeal } from "./envelope.js";
import { SealedError } from "./errors.js";

export const chunkLength = 65_536;
export const maxAssetLength = 10 * 1024 * 1024;
const nonceLength = 12;
const overhead = nonceLength + 16;

/** The size on the wire of an attachment of so many bytes. */
export const sealedLength = (length) => length + overhead * Math.max(1, Math.ceil(length / chunkLength));

const bindingOf = ({ vaultId, assetId, dekVersion }, index, last) =>
  utf8(["vaultportal/asset/v1", vaultId, assetId, dekVersion, index, last ? 1 : 0].join("|"));

/** Encrypts an (async) iterable of byte arrays of any lengths; yields one sealed chunk after the other. */
export async function* sealAsset(dek, place, plaintext) {
  let [index, total] = [0, 0];
  for await (const { chunk, last } of chunksOf(plaintext, chunkLength)) {
    total += chunk.length;
    if (total > maxAssetLength) throw new SealedError("An attachment has at most 10 MiB.");
    const nonce = random(nonceLength);
    yield concat(nonce, await aesGcmSeal(dek, nonce, bindingOf(place, index, last), chunk));
    index += 1;
  }
}

/** Decrypts; yields a chunk's plaintext once its tag was checked, and throws where the stream was altered or cut. */
export async function* openAsset(dek, place, sealed) {
  let index = 0;
  for await (const { chunk, last } of chunksOf(sealed, chunkLength + overhead)) {
    if (chunk.length < overhead) throw new SealedError("The attachment is cut off.");
    const nonce = chunk.subarray(0, nonceLength);
    yield await aesGcmOpen(dek, nonce, bindingOf(place, index, last), chunk.subarray(nonceLength));
    index += 1;
  }
}

/** Cuts a stream into pieces of one length; the last one is shorter, or empty where the stream is. */
async function* chunksOf(stream, length) {
  let pending = new Uint8Array(0);
  for await (const part of stream) {
    pending = concat(pending, part);
    let at = 0;
    // What fills a piece exactly may be the last one: it waits for what follows.
    for (; pending.length - at > length; at += length) yield { chunk: pending.slice(at, at + length), last: false };
    pending = pending.slice(at);
  }
  yield { chunk: pending, last: true };
}
