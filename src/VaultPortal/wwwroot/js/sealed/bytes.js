// Bytes and their texts: UTF-8, hexadecimal, canonical base64 (RFC 4648, section 4; padded, unused bits zero), PEM (RFC 7468).
import { SealedError } from "./errors.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text) => encoder.encode(text);

export function fromUtf8(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new SealedError("Not UTF-8.");
  }
}

export function concat(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function equal(left, right) {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

export const random = (length) => crypto.getRandomValues(new Uint8Array(length));

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function fromHex(text) {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) throw new SealedError("Not lower-case hexadecimal.");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function toBase64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}

/** Decodes canonical base64 only: atob takes white space, missing padding and stray bits as well. */
export function fromBase64(text) {
  let bytes = null;
  if (typeof text === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0) {
    try {
      bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    } catch {
      bytes = null;
    }
  }
  if (bytes === null || toBase64(bytes) !== text) throw new SealedError("Not canonical base64.");
  return bytes;
}

export function toPem(label, der) {
  const lines = toBase64(der).match(/.{1,64}/g).join("\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** The DER of exactly one PEM block of this label. */
export function fromPem(label, text) {
  const block = new RegExp(`^\\s*-----BEGIN ${label}-----\\r?\\n([A-Za-z0-9+/=\\r\\n]+?)\\r?\\n?-----END ${label}-----\\s*$`);
  const match = typeof text === "string" && text.length <= 8192 ? block.exec(text) : null;
  if (match === null) throw new SealedError(`Not one PEM block "${label}".`);
  return fromBase64(match[1].replace(/[\r\n]/g, ""));
}

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** Ids are chosen by the client: 4 bytes of time, which keep the database's index short, and 8 random ones. */
export function newId() {
  const seconds = Math.floor(Date.now() / 1000);
  return seconds.toString(16).padStart(8, "0") + toHex(random(8));
}
