// The fields that items of a type usually have, and how types and labels are called.

/** `[type, word, icon, fields as [label, type]]`, in the order in which they are offered. */
export const itemTypes = [
  ["LOGIN", "Login", "person", [["Username", "TEXT"], ["Password", "PASSWORD"], ["Website", "URL"], ["One-time code", "TOTP"]]],
  ["DATABASE", "Database", "database",
    [["Host", "TEXT"], ["Port", "NUMBER"], ["Database", "TEXT"], ["Username", "TEXT"], ["Password", "PASSWORD"]]],
  ["API_KEY", "API key", "key", [["Key id", "TEXT"], ["Secret", "SECRET"], ["Endpoint", "URL"]]],
  ["SSH_KEY", "SSH key", "terminal", [["Host", "TEXT"], ["Username", "TEXT"], ["Private key", "SECRET"], ["Passphrase", "PASSWORD"]]],
  ["SERVER", "Server", "server", [["Address", "TEXT"], ["Port", "NUMBER"], ["Username", "TEXT"], ["Password", "PASSWORD"]]],
  ["SECURE_NOTE", "Secure note", "note", [["Note", "TEXT"]]],
  ["CREDIT_CARD", "Credit card", "card",
    [["Card holder", "TEXT"], ["Number", "SECRET"], ["Valid until", "TEXT"], ["Security code", "PASSWORD"], ["PIN", "PASSWORD"]]],
  ["CUSTOM", "Custom", "custom", []],
];

/** `[type, word, what it is for]`. */
export const fieldTypes = [
  ["TEXT", "Text", "Names, hosts, notes of several lines"],
  ["PASSWORD", "Password", "With a generator and its strength"],
  ["SECRET", "Secret", "Keys, tokens, certificates"],
  ["URL", "URL", "An address that can be opened"],
  ["NUMBER", "Number", "Ports, counts"],
  ["TOTP", "One-time code", "From a QR code, an otpauth address or a key"],
  ["FILE", "File", "Encrypted here before it is sent, 10 MiB at most"],
];

export const wordOfItem = (type) => itemTypes.find(([name]) => name === type)?.[1] ?? type;
export const wordOfField = (type) => fieldTypes.find(([name]) => name === type)?.[1] ?? type;
export const iconOfField = (type) => type.toLowerCase();

/** The fields that a new item of a type begins with: `[{name, type}]`. */
export const templateOf = (type) =>
  (itemTypes.find(([name]) => name === type)?.[3] ?? []).map(([name, fieldType]) => ({ name, type: fieldType }));

const proposals = { TEXT: "Text", PASSWORD: "Password", SECRET: "Secret", URL: "Website", NUMBER: "Number", TOTP: "One-time code", FILE: "File" };

/** A label for a new field that no other one has. */
export function labelFor(type, taken) {
  const label = proposals[type] ?? "Field";
  for (let number = 1; ; number += 1) {
    const proposed = number === 1 ? label : `${label} ${number}`;
    if (!taken.includes(proposed)) return proposed;
  }
}
