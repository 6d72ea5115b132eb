using VaultPortal.Api.Docs;
using VaultPortal.Api.Docs.OpenApi;

namespace VaultPortal.Api.Machine;

/// <summary>The machine API as its document describes it (machine.md): one line a shape, one entry a call.</summary>
internal static class MachineOperations
{
    private const string Read = "machine.vault.read";
    private const string Write = "machine.vault.write";
    private const string Page = "page?:PageNumber limit?:PageLimit";
    private const string Signer =
        "signerUserKeyPairId?:Id signerEncryptionKeyId~:Id signature:Signature";
    private const string VaultEntry =
        "id:Id name:Name isEncrypted:Flag dataClassification:Classification? itemCount?:Count currentDekVersion:Version createdAt:Time updatedAt:Time directoryCheckpoint:Directory?";
    private const string ItemEntry =
        "id:Id name:Name type:ItemType websites:Website[] groupId:Id? createdAt:Time updatedAt:Time expiresAt:Time? fieldCount:Count";
    private const string KeyPairEntry =
        "id:Id algorithm:Text fingerprint:Fingerprint encryptionFingerprint:Fingerprint? state:KeyState";
    private const string Grant = "principalType:PrincipalType principalId:Id";

    private static readonly string[] Signed =
    [
        "checkpoint_signer_required",
        "checkpoint_invalid_signature",
        "checkpoint_version_conflict",
        "checkpoint_mismatch",
    ];

    public static ApiContract Contract { get; } =
        new()
        {
            Name = "Machine API",
            BasePath = MachineDoor.BasePath,
            ErrorsOf = ErrorApi.Machine,
            Credentials = ["apiKey"],
            ErrorShape = "Error",
            CommonErrors = Common,
            Shapes = new Dictionary<string, string>
            {
                ["Error"] = "error:ErrorBody",
                ["ErrorBody"] = "code:Text message:Text details~:ErrorDetails",
                ["ErrorDetails"] =
                    "path~:Text reason~:Text kind~:CheckpointKind currentVersion~:Version",
                ["Created"] = "id:Id",
                ["WrappedDeks"] = "wrappedDeks:WrappedDek[]",
                ["Counted"] = "count:Count",
                ["Rekey"] = "wrappedDeks:WrappedDek[] summaryCheckpoint:Summary",
                ["WrappedKeys"] = "wrappedKeys:WrappedDek[]",
                ["Endorsement"] = "previousKeyId:Id signature:Signature",
                ["SignerKey"] =
                    "id:Id ownerType:PrincipalType ownerId:Id ownerName:Name algorithm:Text publicKey:Pem fingerprint:Fingerprint encryptionPublicKey:AgreementPem? encryptionKeySignature:Signature? state:KeyState createdAt:Time expiresAt:Time? retiredAt:Time? retireReason:RetireReason? proof:Signature? endorsement:Endorsement?",
                ["SignerKeys"] = "keys:SignerKey[]",
                ["Rewrapped"] =
                    "vaultId:Id encryptionKeyId:Id signerEncryptionKeyId:Id signerType:SignerType dekVersion:Version wrappedDek:Base64 wrappedDekSignature:Signature",
                ["NewAgentKey"] =
                    "publicKey:Pem encryptionKeyId~:Id previousEncryptionKeyId~:Id rotationSignature~:Signature proof?:Signature encryptionPublicKey?:AgreementPem encryptionKeySignature?:Signature rewrappedVaultKeys~:Rewrapped[]",
                ["AgentKey"] =
                    "encryptionKeyId:Id publicKey:Pem fingerprint:Fingerprint previousEncryptionKeyId:Id? rotationSignature:Signature?",
                ["Pagination"] = "page:PageNumber limit:PageLimit total:Count totalPages:Count",
                ["DirectoryCheckpoint"] =
                    "vaultId:Id version:Version name:Name groupId?:Id? dataClassification?:Classification?",
                ["SummaryItem"] = "id:Id name:Name type:ItemType websites:Website[] groupId?:Id?",
                ["Group"] = "id:Id name:Name",
                ["SummaryCheckpoint"] =
                    "vaultId:Id version:Version name:Name dataClassification?:Classification? currentDekVersion:Version items:SummaryItem[] groups:Group[]",
                ["DetailField"] =
                    "id:Id name:Name type:FieldType order:Count fieldInstanceIds:Id[] assetIds:Id[]",
                ["DetailCheckpoint"] =
                    "vaultItemId:Id vaultId:Id version:Version name:Name type:ItemType websites:Website[] groupId?:Id? fields:DetailField[]",
                ["PermissionEntry"] =
                    $"{Grant} accessLevel:AccessLevel keyFingerprints:Fingerprint[]",
                ["PermissionCheckpoint"] =
                    "assetType:AssetType assetId:Id version:Version permissions:PermissionEntry[]",
                ["Directory"] = $"checkpoint:DirectoryCheckpoint {Signer}",
                ["Summary"] = $"checkpoint:SummaryCheckpoint {Signer}",
                ["Detail"] = $"checkpoint:DetailCheckpoint {Signer}",
                ["Permission"] = $"checkpoint:PermissionCheckpoint {Signer}",
                ["WrappedDek"] =
                    $"vaultId:Id recipientKeyId:Id dekVersion:Version algorithm:WrapAlgorithm wrappedDek:Base64 {Signer}",
                ["NewVault"] =
                    "id:Id name:Name summaryCheckpoint:Summary dataClassification?:Classification directoryCheckpoint?:Directory permissionCheckpoint?:Permission wrappedDeks~:WrappedDek[]",
                ["VaultUpdate"] =
                    "directoryCheckpoint:Directory summaryCheckpoint:Summary name:Name dataClassification?:Classification",
                ["VaultState"] = "directoryCheckpoint:Directory statementSignature:Signature",
                ["VaultEntry"] = VaultEntry,
                ["VaultList"] = "vaults:VaultEntry[] pagination~:Pagination",
                ["Vault"] =
                    $"{VaultEntry} summaryCheckpoint?:Summary? permissionCheckpoint?:Permission? createdBy:Id accessLevel:AccessLevel rekeyDue:Flag staleInstances?:Count",
                ["ItemEntry"] = ItemEntry,
                ["Contents"] =
                    "vaultId:Id vaultName:Name dataClassification:Classification? currentDekVersion:Version summaryCheckpoint?:Summary? items:ItemEntry[] vaultItemGroups?:Group[] count?:Count",
                ["Field"] =
                    "id:Id name:Name type:FieldType order:Count fieldInstanceIds:Id[] assetIds:Id[] value?:Envelope? expired~:Flag dekVersion:Version expiresAt:Time?",
                ["Item"] =
                    "id:Id name:Name type:ItemType websites:Website[] vaultId:Id groupId:Id? expiresAt:Time? fields:Field[] detailCheckpoint:Detail?",
                ["FieldInItem"] =
                    "id:Id name:Name type:FieldType order:Count fieldInstanceId:Id fieldInstanceIds:Id[] assetId:Id? assetIds:Id[] value?:Envelope? dekVersion:Version vaultId:Id vaultItemId:Id vaultItemName:Name detailCheckpoint:Detail?",
                ["NewField"] =
                    "id:Id fieldInstanceId:Id name:Name type:FieldType encryptedValue?:Envelope? assetId~:Id dekVersion~:Version order~:Count",
                ["NewItem"] =
                    "id:Id name:Name type:ItemType fields:NewField[] summaryCheckpoint:Summary detailCheckpoint:Detail websites?:Website[]",
                ["FieldUpdate"] =
                    "action:FieldAction fieldId:Id fieldInstanceId?:Id name?:Name type?:FieldType value?:Envelope? assetId~:Id dekVersion~:Version order?:Count",
                ["ItemUpdate"] =
                    "detailCheckpoint:Detail updates:FieldUpdate[] summaryCheckpoint?:Summary name?:Name type?:ItemType websites?:Website[]",
                ["SummaryOnly"] = "summaryCheckpoint:Summary",
                ["ItemRestore"] = "summaryCheckpoint:Summary detailCheckpoint:Detail",
                ["FieldExpiry"] = "fieldId:Id expiresAt:Time?",
                ["Expiry"] = "expiresAt?:Time? fields?:FieldExpiry[]",
                ["NewGroup"] = "id:Id name:Name summaryCheckpoint:Summary",
                ["GroupUpdate"] = "name:Name summaryCheckpoint:Summary",
                ["GroupItems"] =
                    "itemIds:Id[] summaryCheckpoint:Summary detailCheckpoints:Detail[]",
                ["Author"] = "type:PrincipalType id:Id name:Name",
                ["Instance"] =
                    "fieldId:Id fieldName:Name fieldType:FieldType fieldInstanceId:Id dekVersion:Version assetId:Id? createdAt:Time createdBy:Author archivedAt:Time? detailVersion:Version value?:Envelope? expired~:Flag",
                ["History"] = "instances:Instance[] pagination:Pagination",
                ["Accepted"] =
                    "kind:CheckpointKind itemId:Id? checkpoint:SummaryCheckpoint signerUserKeyPairId?:Id signerEncryptionKeyId~:Id signature:Signature acceptedAt:Time",
                ["AcceptedList"] = "checkpoints:Accepted[] pagination:Pagination",
                ["SyncedItem"] = $"{ItemEntry} vaultId:Id",
                ["Closure"] = "type:ClosureType id:Id vaultId:Id reason:ClosureReason",
                ["Sync"] =
                    "vaults:VaultEntry[] items:SyncedItem[] archived:Closure[] nextCursor:Cursor",
                ["Search"] =
                    "q:Searched types?:ItemType[] vaultIds?:Id[] expiresBefore?:Time page?:PageNumber limit?:PageLimit",
                ["FoundItem"] =
                    "id:Id name:Name type:ItemType websites:Website[] vaultId:Id vaultName:Name groupId:Id? expiresAt:Time?",
                ["Found"] = "items:FoundItem[] pagination:Pagination",
                ["NewKeyPair"] =
                    "publicKey:Pem encryptionPublicKey?:AgreementPem encryptionKeySignature?:Signature wrappedPrivateKey~:Text proof:Signature endorsement~:Signature",
                ["KeyPair"] = KeyPairEntry,
                ["KeyPairInList"] =
                    $"{KeyPairEntry} publicKey:Pem encryptionPublicKey:AgreementPem? encryptionKeySignature:Signature? wrappedPrivateKey:Text? createdAt:Time expiresAt:Time? retiredAt:Time? retireReason:RetireReason?",
                ["KeyPairList"] = "userKeyPairs:KeyPairInList[]",
                ["Retirement"] = "reason:RetireReason",
                ["Wanted"] = $"{Grant} accessLevel:AccessLevel",
                ["NewPermissions"] = "permissions:Wanted[] permissionCheckpoint:Permission",
                ["Granted"] = $"{Grant} name:Name accessLevel:AccessLevel",
                ["Permissions"] =
                    "assetType:AssetType assetId:Id permissions:Granted[] permissionCheckpoint:Permission?",
                ["Resolved"] = $"{Grant} name:Name accessLevel:AccessLevel via:Via",
                ["ResolvedAccess"] = "principals:Resolved[]",
                ["NewAgent"] = "name:Name",
                ["Agent"] = "id:Id name:Name ownerId:Id",
                ["AgentInList"] = "id:Id name:Name ownerId:Id createdAt:Time",
                ["AgentList"] = "agents:AgentInList[]",
                ["NewKey"] = "key:Key",
                ["Named"] = "id:Id name:Name",
                ["Limit"] = "limit:Count remaining:Count resetSeconds:Count",
                ["Me"] =
                    "keyId:Id scope:Text owner:Named agent:Named? permissions:Text[] expiresAt:Time? allowList:Text[] writeConstraint:Text? rateLimit:Limit",
            },
            Operations =
            [
                Get("/vault", "listVaults", "The vaults that the caller sees.", "VaultList") with
                {
                    Query = $"dataClassification?:Classification q?:Text {Page}",
                    Errors = ["invalid_request"],
                },
                Post(
                    "/vault",
                    "createVault",
                    "Makes an empty vault; the caller gets ADMIN.",
                    "NewVault",
                    "Created",
                    201
                ) with
                {
                    Errors =
                    [
                        "vault_creation_failed",
                        "checkpoint_signer_required",
                        "checkpoint_version_conflict",
                        "id_conflict",
                    ],
                },
                Get(
                    "/vault/sync",
                    "sync",
                    "What changed after a cursor; without one everything. Go on until a page is empty.",
                    "Sync"
                ) with
                {
                    Query = "since?:Cursor",
                    Errors = ["invalid_request", "cursor_expired"],
                },
                Get("/vault/{id}", "getVault", "A vault with its checkpoints.", "Vault") with
                {
                    Errors = ["vault_not_found"],
                },
                Change(
                    "PATCH",
                    "/vault/{id}/update",
                    "updateVault",
                    "Renames or classifies a vault.",
                    "VaultUpdate"
                ) with
                {
                    Errors = ["vault_not_found", .. Signed],
                },
                Change(
                    "DELETE",
                    "/vault/{id}",
                    "archiveVault",
                    "Archives a vault; nothing is erased.",
                    "VaultState",
                    204
                ) with
                {
                    Errors = ["vault_not_found", .. Signed],
                },
                Change(
                    "POST",
                    "/vault/{id}/restore",
                    "restoreVault",
                    "Brings an archived vault back.",
                    "VaultState"
                ) with
                {
                    Errors = ["vault_not_found", .. Signed],
                },
                Get(
                    "/vault/{id}/items",
                    "listItems",
                    "A vault's items and groups.",
                    "Contents"
                ) with
                {
                    Errors = ["vault_not_found"],
                },
                Post(
                    "/vault/{id}/items",
                    "createItem",
                    "Makes an item with its first fields.",
                    "NewItem",
                    "Created",
                    201
                ) with
                {
                    Errors =
                    [
                        "vault_not_found",
                        "vault_item_creation_failed",
                        "checkpoint_signer_required",
                        "checkpoint_version_conflict",
                        "id_conflict",
                        "dek_version_conflict",
                    ],
                },
                Get(
                    "/vault/{id}/items/{itemId}",
                    "getItem",
                    "An item with its fields; values with machine.vault.secret.read.",
                    "Item"
                ) with
                {
                    Errors = ["vault_item_not_found"],
                },
                Change(
                    "DELETE",
                    "/vault/{id}/items/{itemId}",
                    "archiveItem",
                    "Archives an item; nothing is erased.",
                    "SummaryOnly",
                    204
                ) with
                {
                    Errors = ["vault_item_not_found", .. Signed],
                },
                Change(
                    "POST",
                    "/vault/{id}/items/{itemId}/restore",
                    "restoreItem",
                    "Brings an archived item back.",
                    "ItemRestore"
                ) with
                {
                    Errors = ["vault_item_not_found", .. Signed],
                },
                Change(
                    "PATCH",
                    "/vault-item/{id}/update",
                    "updateItem",
                    "Changes an item's fields, name, type or websites.",
                    "ItemUpdate"
                ) with
                {
                    Errors =
                    [
                        "vault_item_not_found",
                        "field_not_found",
                        "id_conflict",
                        "dek_version_conflict",
                        .. Signed,
                    ],
                },
                Change(
                    "PUT",
                    "/vault-item/{id}/expiry",
                    "setExpiry",
                    "Sets or clears when an item and its fields expire.",
                    "Expiry"
                ) with
                {
                    Errors = ["vault_item_not_found", "field_not_found"],
                },
                Get(
                    "/vault/{id}/fields/{fieldId}",
                    "getField",
                    "One field of a vault.",
                    "FieldInItem"
                ) with
                {
                    Errors = ["field_not_found", "vault_item_expired"],
                },
                Get(
                    "/vault/{id}/items/{itemId}/history",
                    "getHistory",
                    "Every instance of an item's fields, archived ones too.",
                    "History"
                ) with
                {
                    Query = Page,
                    Errors = ["invalid_request", "vault_item_not_found"],
                },
                Get(
                    "/vault/{id}/checkpoints",
                    "listCheckpoints",
                    "Every accepted checkpoint, oldest first. The checkpoint's shape is that of its kind.",
                    "AcceptedList"
                ) with
                {
                    Query = $"kind?:CheckpointKind itemId?:Id {Page}",
                    Errors = ["invalid_request", "vault_not_found", "vault_item_not_found"],
                },
                Post(
                    "/vault/{id}/groups",
                    "createGroup",
                    "Makes a group of items.",
                    "NewGroup",
                    "Created",
                    201
                ) with
                {
                    Errors = ["vault_not_found", "id_conflict", .. Signed],
                },
                Change(
                    "PATCH",
                    "/vault/{id}/groups/{groupId}",
                    "renameGroup",
                    "Renames a group.",
                    "GroupUpdate"
                ) with
                {
                    Errors = ["vault_not_found", "not_found", .. Signed],
                },
                Change(
                    "DELETE",
                    "/vault/{id}/groups/{groupId}",
                    "deleteGroup",
                    "Deletes an empty group.",
                    "SummaryOnly",
                    204
                ) with
                {
                    Errors = ["vault_not_found", "not_found", "group_not_empty", .. Signed],
                },
                Change(
                    "PUT",
                    "/vault/{id}/groups/{groupId}/items",
                    "putGroupItems",
                    "Moves items into a group; none as groupId takes them out.",
                    "GroupItems"
                ) with
                {
                    Errors = ["vault_not_found", "vault_item_not_found", "not_found", .. Signed],
                },
                new(
                    "POST",
                    "/search",
                    "search",
                    "Finds items by a part of names, labels and websites; never by a value."
                )
                {
                    Permission = "machine.search.all",
                    Body = "Search",
                    Answers = [(200, "Found")],
                },
                Post(
                    "/user-key-pair",
                    "registerKeyPair",
                    "Registers the caller's signing key.",
                    "NewKeyPair",
                    "KeyPair",
                    201,
                    "machine.user_key_pair.all"
                ) with
                {
                    Answers = [(201, "KeyPair"), (200, "KeyPair")],
                    Errors = ["checkpoint_invalid_signature", "id_conflict"],
                },
                Get("/user-key-pair", "listKeyPairs", "The caller's key pairs.", "KeyPairList") with
                {
                    Permission = "machine.user_key_pair.all",
                },
                Change(
                    "POST",
                    "/user-key-pair/{id}/retire",
                    "retireKeyPair",
                    "Retires a key pair.",
                    "Retirement"
                ) with
                {
                    Permission = "machine.user_key_pair.all",
                    Errors = ["not_found"],
                },
                Change(
                    "POST",
                    "/permissions/{assetType}/{id}/set-permissions",
                    "setPermissions",
                    "Replaces the grants on a vault or an item.",
                    "NewPermissions"
                ) with
                {
                    Permission = "machine.permissions.write",
                    Errors = ["vault_not_found", "vault_item_not_found", "last_admin", .. Signed],
                },
                Get(
                    "/permissions/{assetType}/{id}/permissions",
                    "getPermissions",
                    "The grants on a vault or an item.",
                    "Permissions"
                ) with
                {
                    Permission = "machine.permissions.read",
                    Errors = ["invalid_request", "vault_not_found", "vault_item_not_found"],
                },
                Get(
                    "/permissions/{assetType}/{id}/resolved-access",
                    "resolveAccess",
                    "Who reaches a vault or an item, and by which grant.",
                    "ResolvedAccess"
                ) with
                {
                    Permission = "machine.permissions.read",
                    Errors = ["invalid_request", "vault_not_found", "vault_item_not_found"],
                },
                Post(
                    "/vault/{id}/wrapped-keys",
                    "addWrappedKeys",
                    "Gives members the vault's data key, wrapped to their keys.",
                    "WrappedDeks",
                    "Counted",
                    201,
                    "machine.wrapped_key.all"
                ) with
                {
                    Errors =
                    [
                        "vault_not_found",
                        "checkpoint_signer_required",
                        "checkpoint_invalid_signature",
                        "wrapped_key_exists",
                        "dek_version_conflict",
                    ],
                },
                Change(
                    "POST",
                    "/vault/{id}/rekey",
                    "rekey",
                    "Begins a new data key, wrapped to every member's key.",
                    "Rekey"
                ) with
                {
                    Permission = "machine.wrapped_key.all",
                    Errors = ["vault_not_found", .. Signed],
                },
                Get(
                    "/vault/{id}/wrapped-key",
                    "getWrappedKeys",
                    "The vault's data keys as they were wrapped to the caller's keys.",
                    "WrappedKeys"
                ) with
                {
                    Errors = ["vault_not_found"],
                },
                Get(
                    "/vault/{id}/public-keys",
                    "listSigners",
                    "Every key that ever signed here and every member's.",
                    "SignerKeys"
                ) with
                {
                    Errors = ["vault_not_found"],
                },
                new(
                    "POST",
                    "/vault/public-key",
                    "registerAgentKey",
                    "Registers an agent's own key, or hands it on to a new one."
                )
                {
                    Body = "NewAgentKey",
                    Answers = [(201, "AgentKey")],
                    Repeatable = true,
                    Errors =
                    [
                        "forbidden",
                        "checkpoint_invalid_signature",
                        "enrolment_closed",
                        "id_conflict",
                    ],
                },
                new(
                    "POST",
                    "/vault/{id}/assets/{assetId}",
                    "storeAsset",
                    "Takes an attachment: sealed chunks of 64 KiB, at most 10 MiB."
                )
                {
                    Permission = Write,
                    Query = "dekVersion?:Version",
                    Body = "Bytes",
                    BodyType = "application/octet-stream",
                    Answers = [(201, "Created")],
                    Errors = ["vault_not_found", "id_conflict", "dek_version_conflict"],
                },
                Get(
                    "/vault/{id}/assets/{assetId}",
                    "getAsset",
                    "An attachment's bytes.",
                    "Bytes"
                ) with
                {
                    Permission = "machine.vault.secret.read",
                    AnswerType = "application/octet-stream",
                    Errors = ["vault_not_found", "not_found", "vault_item_expired"],
                },
                Get("/agent", "listAgents", "The caller's agents.", "AgentList") with
                {
                    Permission = "machine.agent.read",
                },
                Post(
                    "/agent",
                    "createAgent",
                    "Makes an agent.",
                    "NewAgent",
                    "Agent",
                    201,
                    "machine.agent.write"
                ),
                Bare(
                    "PATCH",
                    "/agent/{id}/archive",
                    "archiveAgent",
                    "Archives an agent and ends its keys and grants.",
                    ""
                ),
                Bare(
                    "POST",
                    "/agent/{id}/regenerate-api-key",
                    "regenerateAgentKey",
                    "Gives an agent a new API key, shown once.",
                    "NewKey"
                ) with
                {
                    Errors = ["not_found", "invalid_request", "idempotency_secret_gone"],
                },
                Get("/me", "me", "What the key is that makes the call.", "Me") with
                {
                    Permission = null,
                },
            ],
        };

    private static IEnumerable<string> Common(ApiOperation operation) =>
        [
            "unauthorized",
            "rate_limit_exceeded",
            "internal_error",
            "unavailable",
            .. If(operation.Permission is not null, "forbidden"),
            .. If(
                operation.Body is not null,
                "invalid_request",
                "payload_too_large",
                "unsupported_media_type"
            ),
            .. If(operation.Repeatable, "idempotency_key_reused", "idempotency_in_progress"),
        ];

    private static string[] If(bool condition, params string[] codes) => condition ? codes : [];

    private static ApiOperation Get(string path, string id, string summary, string answer) =>
        new("GET", path, id, summary) { Permission = Read, Answers = [(200, answer), (304, "")] };

    private static ApiOperation Post(
        string path,
        string id,
        string summary,
        string body,
        string answer,
        int status,
        string permission = Write
    ) =>
        new("POST", path, id, summary)
        {
            Permission = permission,
            Body = body,
            Answers = [(status, answer)],
            Repeatable = true,
        };

    private static ApiOperation Change(
        string method,
        string path,
        string id,
        string summary,
        string body,
        int status = 200
    ) =>
        new(method, path, id, summary)
        {
            Permission = Write,
            Body = body,
            Answers = [(status, "")],
            Repeatable = true,
        };

    private static ApiOperation Bare(
        string method,
        string path,
        string id,
        string summary,
        string answer
    ) =>
        new(method, path, id, summary)
        {
            Permission = "machine.agent.write",
            Answers = [(200, answer)],
            Repeatable = true,
            Errors = ["not_found", "invalid_request"],
        };
}
