// Which members each kind of checkpoint has (machine.md section 4). They hold no name of their kind: only their members keep one that
// was signed as an item's detail from passing for the vault's directory.
import { TrustError } from "./errors.js";

const isText = (value) => typeof value === "string";
const isTextOrNull = (value) => value === null || isText(value);
const isWhole = Number.isSafeInteger;
const listOf = (isElement) => (value) => Array.isArray(value) && value.every(isElement);

/** Whether a value has exactly these members; the optional ones may be absent. */
function shape(required, optional = {}) {
  const all = { ...required, ...optional };
  return (value) => value !== null && typeof value === "object" && !Array.isArray(value)
    && Object.keys(required).every((name) => Object.hasOwn(value, name))
    && Object.keys(value).every((name) => Object.hasOwn(all, name) && all[name](value[name]));
}

const item = shape({ id: isText, name: isText, type: isText, websites: listOf(isText) }, { groupId: isTextOrNull });
const field = shape({
  id: isText, name: isText, type: isText, order: isWhole, fieldInstanceIds: listOf(isText), assetIds: listOf(isText),
});
const member = shape({ principalType: isText, principalId: isText, accessLevel: isText, keyFingerprints: listOf(isText) });

const shapes = {
  directory: shape({ vaultId: isText, version: isWhole, name: isText }, { groupId: isTextOrNull, dataClassification: isTextOrNull }),
  summary: shape(
    {
      vaultId: isText, version: isWhole, name: isText, currentDekVersion: isWhole, items: listOf(item),
      groups: listOf(shape({ id: isText, name: isText })),
    },
    { dataClassification: isTextOrNull },
  ),
  detail: shape(
    {
      vaultItemId: isText, vaultId: isText, version: isWhole, name: isText, type: isText, websites: listOf(isText),
      fields: listOf(field),
    },
    { groupId: isTextOrNull },
  ),
  permission: shape({ assetType: isText, assetId: isText, version: isWhole, permissions: listOf(member) }),
};

/** Refuses a checkpoint that is none of its kind. */
export function requireShape(kind, checkpoint) {
  if (!shapes[kind](checkpoint)) throw new TrustError("chain_broken", `This is no ${kind} checkpoint.`, { kind });
}
