namespace VaultPortal.Api.Docs;

/// <summary>The APIs whose errors are documented.</summary>
internal enum ErrorApi
{
    Machine,
    Secrets,
    Workflows,

    /// <summary>What the workflow API says of single items within an answer of 200.</summary>
    Resolve,

    /// <summary>The part of the portal's own API that machines may call as well.</summary>
    Management,
}

/// <summary>A code of a contract: what a door answers with, and what its page says.</summary>
/// <param name="Status">The HTTP status that it comes with.</param>
/// <param name="Type">The broad kind (workflow API only, else empty).</param>
/// <param name="Message">A message that it comes with.</param>
/// <param name="Remedy">What to do about it, in one sentence.</param>
internal sealed record ErrorEntry(
    ErrorApi Api,
    int Status,
    string Type,
    string Code,
    string Message,
    string Cause,
    string Remedy
);

/// <summary>Every code of every contract. Doors answer from it, so none can say a code that has no page.</summary>
internal static class ErrorCatalog
{
    public static IReadOnlyList<ErrorEntry> Machine { get; } =
    [
        OfMachine(
            400,
            "invalid_request",
            "/name: this member is required.",
            "The body is not JSON, or a member is missing, unknown, there twice, of the wrong type or of the wrong form. details.path points to it.",
            "Correct the member that details.path points to and send the request again."
        ),
        OfMachine(
            400,
            "checkpoint_invalid_signature",
            "The signature is not canonical base64.",
            "A signature is not canonical base64, has the wrong length for the key, or does not verify over the canonical form of the checkpoint as it was sent.",
            "Sign the canonical JSON (RFC 8785) of the checkpoint object with the key that is named as the signer, and encode it as padded base64."
        ),
        OfMachine(
            400,
            "checkpoint_mismatch",
            "The checkpoint differs from the state that this request would leave.",
            "The checkpoint says something else than the state that the request would leave. details.path names the first member that differs.",
            "Read the present state, build the checkpoint from it and from your change, and sign it anew."
        ),
        OfMachine(
            400,
            "vault_creation_failed",
            "The vault was not made.",
            "A request to make a vault has a fault in a checkpoint or signature. details.reason has the code of that fault.",
            "Look up the code in details.reason, correct that, and send the request again."
        ),
        OfMachine(
            400,
            "vault_item_creation_failed",
            "The item was not made.",
            "A request to make an item has a fault in a checkpoint or signature. details.reason has the code of that fault.",
            "Look up the code in details.reason, correct that, and send the request again."
        ),
        OfMachine(
            401,
            "unauthorized",
            "A valid API key is required in the X-API-Key header.",
            "There is no key in the X-API-Key header, or it is mistyped, unknown, expired, revoked, or used from an address outside its allow-list. The answer is the same for all of these.",
            "Send a valid key in the header X-API-Key; ask an administrator for a new one if yours may have ended."
        ),
        OfMachine(
            403,
            "forbidden",
            "The key lacks the permission for this call, or the access level on this object is too low.",
            "The key does not have the permission that this call needs, or its owner's access level on the object is too low.",
            "Use a key with the permission, or ask an ADMIN of the vault for the access level."
        ),
        OfMachine(
            403,
            "checkpoint_signer_required",
            "An active key of the acting user or agent has to sign this; register one and name it as the signer.",
            "The change has to be signed, and no active key of the acting user or agent is there, or the signer that was named is somebody else's or retired.",
            "Register a key for the acting user or agent and name it as the signer."
        ),
        OfMachine(
            403,
            "vault_item_expired",
            "The field has expired.",
            "The field, or the item that holds it, has expired; its value is not answered any more. Metadata can still be read.",
            "Set a later expiry if the value is still good, or replace it."
        ),
        OfMachine(
            403,
            "enrolment_closed",
            "The first key of an agent is registered within 24 hours after its API key was made.",
            "An agent's first own key was sent later than 24 hours after its API key was made.",
            "Make a new API key for the agent and register its key within 24 hours."
        ),
        OfMachine(
            404,
            "vault_not_found",
            "There is no such vault, or it is not yours to read.",
            "No vault has this id, or it is archived, or you may not even read it; the answer is the same, so that ids do not leak.",
            "Check the id, and whether access to the vault was granted."
        ),
        OfMachine(
            404,
            "vault_item_not_found",
            "There is no such item, or it is not yours to read.",
            "No item has this id in this vault, or it is archived, or you may not read it.",
            "Check the ids of vault and item, and whether access was granted."
        ),
        OfMachine(
            404,
            "field_not_found",
            "There is no such field, or it is not yours to read.",
            "No field has this id, or it is archived, or you may not read it.",
            "Read the item anew and use an id from its fields."
        ),
        OfMachine(
            404,
            "not_found",
            "There is nothing at this path.",
            "The path belongs to no call of this API, or what it names is not there or not yours.",
            "Check the path and the ids in it."
        ),
        OfMachine(
            409,
            "checkpoint_version_conflict",
            "The version is not the next one.",
            "A checkpoint's version is not the current one plus 1: somebody else wrote in between. details has the kind and its currentVersion.",
            "Read the object anew, apply your change to it, and sign with the next version."
        ),
        OfMachine(
            409,
            "id_conflict",
            "This id is taken.",
            "An id that the client chose is taken in this installation.",
            "Choose a new random id and send the request again."
        ),
        OfMachine(
            409,
            "dek_version_conflict",
            "The value was sealed under an old data key.",
            "A value was sealed under another version of the vault's data key than the current one.",
            "Fetch the current wrapped data key, seal the value with it, and send the request again."
        ),
        OfMachine(
            409,
            "group_not_empty",
            "The group has items.",
            "A group that still has items cannot be deleted.",
            "Take the items out of the group first."
        ),
        OfMachine(
            409,
            "wrapped_key_exists",
            "This recipient has a wrapped key of this version.",
            "A data key of this version was wrapped for this recipient before.",
            "Nothing has to be done; read the wrapped keys to see what is there."
        ),
        OfMachine(
            409,
            "last_admin",
            "A vault needs at least one ADMIN.",
            "The new permissions would leave the vault without anybody who has ADMIN.",
            "Give ADMIN to somebody else first."
        ),
        OfMachine(
            409,
            "idempotency_in_progress",
            "The first request with this Idempotency-Key is still under way; try again in a moment.",
            "Another request with the same Idempotency-Key has not been answered yet.",
            "Wait as long as the header Retry-After says, then send the same request again."
        ),
        OfMachine(
            409,
            "idempotency_secret_gone",
            "This request took effect, but its answer held a secret and is no longer kept.",
            "The request took effect earlier, and its answer held a secret that is shown once; such answers are kept for ten minutes.",
            "Read the state, and rotate the key if nobody has stored it."
        ),
        OfMachine(
            410,
            "cursor_expired",
            "This cursor does not lead on: it is from before a restore, or access or role changed. Start again without one.",
            "The cursor was given out before the data was restored from a backup, or to another caller, or the caller's role or access has changed so that what happened since cannot be told.",
            "Start again without a cursor."
        ),
        OfMachine(
            412,
            "version_conflict",
            "The object is not as If-Match says.",
            "The header If-Match names a state that is not the present one.",
            "Read the object anew, and send the request with the tag from its header ETag."
        ),
        OfMachine(
            422,
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request; choose a new one.",
            "The same Idempotency-Key came with another body before.",
            "Choose a new key for every new request, and repeat a key only with the same body."
        ),
        OfMachine(
            405,
            "method_not_allowed",
            "This path does not take this method; the Allow header names those that it takes.",
            "The path is right, the HTTP method is not.",
            "Use a method that the header Allow names."
        ),
        OfMachine(
            413,
            "payload_too_large",
            "A body here has at most 1048576 bytes.",
            "The body is larger than this call takes.",
            "Send less in one request."
        ),
        OfMachine(
            415,
            "unsupported_media_type",
            "The body has to be application/json in UTF-8.",
            "The header Content-Type is missing or names something that this call does not take.",
            "Send the body as the message says, with the header Content-Type."
        ),
        OfMachine(
            429,
            "rate_limit_exceeded",
            "This key makes more than 100 requests a second; wait as long as Retry-After says.",
            "The key made more requests than it may, or the address sent too many credentials that are not known.",
            "Wait as long as the header Retry-After says, then go on more slowly."
        ),
        OfMachine(
            500,
            "internal_error",
            "Something went wrong here; the fault is logged.",
            "A fault of the server, not of the request.",
            "Try again, and report it to the operator if it stays."
        ),
        OfMachine(
            503,
            "unavailable",
            "The store cannot take this now, or cannot tell whether it took it.",
            "The server has more to write than it can, or its storage fails for the moment.",
            "Read the state, then try again after the time in Retry-After; an Idempotency-Key makes that safe."
        ),
    ];

    public static IReadOnlyList<ErrorEntry> Secrets { get; } =
    [
        OfSecrets(
            400,
            "INVALID_INPUT",
            "Both key and value are required",
            "The body is not JSON, a member is missing, unknown, there twice or of the wrong form, a key is not made of capital letters, digits and underscores, or there is nothing to update.",
            "Correct the request as the message says and send it again."
        ),
        OfSecrets(
            401,
            "AUTH_INVALID_CREDENTIALS",
            "A credential is required.",
            "There is no credential, or there are two that differ.",
            "Send one credential: an access token or an API key in the header Authorization as Bearer, or an API key in the header x-api-key."
        ),
        OfSecrets(
            401,
            "AUTH_INVALID_API_KEY",
            "The API key is not valid.",
            "The API key is mistyped, unknown, expired, revoked, or used from an address outside its allow-list.",
            "Check the key; ask an administrator for a new one if it may have ended."
        ),
        OfSecrets(
            401,
            "AUTH_UNAUTHORIZED",
            "The token has expired; get a new one.",
            "The access token cannot be verified, has expired, or was revoked; or e-mail address and password for a new one are not right.",
            "Get a new access token by POST /api/auth/admin/sessions and send it as Bearer."
        ),
        OfSecrets(
            401,
            "AUTH_TOTP_REQUIRED",
            "A one-time code is required.",
            "The account has a second factor, and the request for an access token had no code.",
            "Send the code of the authenticator app as totp."
        ),
        OfSecrets(
            403,
            "AUTH_UNAUTHORIZED",
            "Admin access required",
            "The token or key is good, but does not have the permission that this call needs.",
            "Use a credential that has the permission: secrets.read, secrets.write or secrets.delete."
        ),
        OfSecrets(
            403,
            "FORBIDDEN",
            "Cannot delete reserved secret: STRIPE_API_KEY",
            "A reserved secret is protected from deletion. The same code comes when an API key that has a successor already is to be rotated again.",
            "Take the reservation away first, by PUT with isReserved false; rotate the successor of a key instead of the key."
        ),
        OfSecrets(
            404,
            "NOT_FOUND",
            "Secret not found: STRIPE_API_KEY",
            "No secret has this key; or, when its value is read, it is inactive, expired or deleted; or there is no such version or path.",
            "Check the key against the list that GET /api/secrets gives."
        ),
        OfSecrets(
            405,
            "METHOD_NOT_ALLOWED",
            "This path does not take this method; the Allow header names those that it takes.",
            "The path is right, the HTTP method is not.",
            "Use a method that the header Allow names."
        ),
        OfSecrets(
            409,
            "SECRET_ALREADY_EXISTS",
            "Secret already exists: STRIPE_API_KEY",
            "There is a secret with this key.",
            "Update it by PUT, or choose another key."
        ),
        OfSecrets(
            409,
            "IDEMPOTENCY_IN_PROGRESS",
            "The first request with this Idempotency-Key is still under way; try again in a moment.",
            "Another request with the same Idempotency-Key has not been answered yet.",
            "Wait as long as the header Retry-After says, then send the same request again."
        ),
        OfSecrets(
            409,
            "IDEMPOTENCY_SECRET_GONE",
            "This request took effect, but its answer held a secret and is no longer kept.",
            "The request took effect earlier, and its answer held a key that is shown once; such answers are kept for ten minutes.",
            "Rotate the key if nobody has stored it."
        ),
        OfSecrets(
            412,
            "VERSION_CONFLICT",
            "The secret is not at the version that If-Match names.",
            "The header If-Match names a version that is not the present one, or If-None-Match: * was sent and there is a secret with this key, a deleted one perhaps.",
            "Read the secret anew, and send the request with the tag from its header ETag."
        ),
        OfSecrets(
            413,
            "PAYLOAD_TOO_LARGE",
            "A body here has at most 1048576 bytes.",
            "The body is larger than this call takes.",
            "Send less in one request."
        ),
        OfSecrets(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "The body has to be application/json in UTF-8.",
            "The header Content-Type is missing or names something that this call does not take.",
            "Send the body as the message says, with the header Content-Type."
        ),
        OfSecrets(
            422,
            "IDEMPOTENCY_KEY_REUSED",
            "This Idempotency-Key was used for another request; choose a new one.",
            "The same Idempotency-Key came with another body before.",
            "Choose a new key for every new request, and repeat a key only with the same body."
        ),
        OfSecrets(
            429,
            "RATE_LIMITED",
            "This key makes more than 100 requests a second; wait as long as Retry-After says.",
            "The caller made more requests than it may, a secret was compared more than ten times in a minute, or the address sent too many credentials that are not right.",
            "Wait as long as the header Retry-After says, then go on more slowly."
        ),
        OfSecrets(
            500,
            "INTERNAL_ERROR",
            "Failed to update secret: STRIPE_API_KEY",
            "A fault of the server, not of the request.",
            "Try again, and report it to the operator if it stays."
        ),
        OfSecrets(
            503,
            "SERVICE_UNAVAILABLE",
            "The store cannot take this now, or cannot tell whether it took it.",
            "The server has more to write than it can, or its storage fails for the moment.",
            "Read the state, then try again after the time in Retry-After; an Idempotency-Key makes that safe."
        ),
    ];

    public static IReadOnlyList<ErrorEntry> Workflows { get; } =
    [
        OfWorkflows(
            400,
            "invalid_request_error",
            "malformed_json",
            "The body is not JSON, or is nested more than 16 levels deep.",
            "The body is not JSON in UTF-8, or it is nested too deep.",
            "Send a JSON object in UTF-8."
        ),
        OfWorkflows(
            400,
            "invalid_request_error",
            "parameter_missing",
            "The 'name' parameter is required for this request.",
            "A parameter that this request needs is not there.",
            "Add the parameter that the message names."
        ),
        OfWorkflows(
            400,
            "invalid_request_error",
            "parameter_invalid",
            "The 'expires_at' parameter is not valid: a time is expected here as in RFC 3339, with an offset.",
            "A parameter or header is of the wrong type or form, or stands twice.",
            "Correct the parameter that the message names."
        ),
        OfWorkflows(
            400,
            "invalid_request_error",
            "parameter_unknown",
            "The 'expiry' parameter is not known to this request.",
            "The body has a parameter that this request does not take.",
            "Leave the parameter out, or correct its name."
        ),
        OfWorkflows(
            401,
            "authentication_error",
            "token_missing",
            "A credential is required.",
            "The header Authorization is not there.",
            "Send an access token or a portal API key in the header Authorization as Bearer."
        ),
        OfWorkflows(
            401,
            "authentication_error",
            "token_invalid",
            "The token is not valid.",
            "The token cannot be verified, was revoked, or is not for this portal; or two credentials that differ were sent.",
            "Send one token that is signed by this portal or by an issuer that it trusts, for the audience that it expects."
        ),
        OfWorkflows(
            401,
            "authentication_error",
            "token_expired",
            "The token has expired; get a new one.",
            "The time in the token's exp is over.",
            "Get a new token and send the request again."
        ),
        OfWorkflows(
            403,
            "permission_error",
            "insufficient_scope",
            "The credential lacks the permission for this call.",
            "The token or key is good, but does not have the permission that this call needs.",
            "Use a credential that has the permission: workflows.vault.read, workflows.vault.write or workflows.vault.use."
        ),
        OfWorkflows(
            404,
            "invalid_request_error",
            "resource_not_found",
            "There is no vault item with this id.",
            "No item has this id, or it was deleted; or the path belongs to no call of this API.",
            "Check the id against the list that GET /workflows/vault gives."
        ),
        OfWorkflows(
            405,
            "invalid_request_error",
            "method_not_allowed",
            "This path does not take this method; the Allow header names those that it takes.",
            "The path is right, the HTTP method is not.",
            "Use a method that the header Allow names."
        ),
        OfWorkflows(
            409,
            "idempotency_error",
            "idempotency_in_progress",
            "The first request with this Idempotency-Key is still under way; try again in a moment.",
            "Another request with the same Idempotency-Key has not been answered yet.",
            "Wait as long as the header Retry-After says, then send the same request again."
        ),
        OfWorkflows(
            409,
            "idempotency_error",
            "idempotency_secret_gone",
            "This request took effect, but its answer held a secret and is no longer kept.",
            "The request took effect earlier, and its answer held a generated key that is shown once; such answers are kept for ten minutes.",
            "Rotate the item's key if nobody has stored it."
        ),
        OfWorkflows(
            412,
            "invalid_request_error",
            "version_conflict",
            "The item is not at the version that If-Match names.",
            "The header If-Match names a version that is not the present one.",
            "Read the item anew, and send the request with the tag from its header ETag."
        ),
        OfWorkflows(
            413,
            "invalid_request_error",
            "payload_too_large",
            "A body here has at most 1048576 bytes.",
            "The body is larger than this call takes.",
            "Send less in one request."
        ),
        OfWorkflows(
            415,
            "invalid_request_error",
            "unsupported_media_type",
            "The body has to be application/json in UTF-8.",
            "The header Content-Type is missing or names something that this call does not take.",
            "Send the body as JSON, with the header Content-Type: application/json."
        ),
        OfWorkflows(
            422,
            "idempotency_error",
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request; choose a new one.",
            "The same Idempotency-Key came with another body before.",
            "Choose a new key for every new request, and repeat a key only with the same body."
        ),
        OfWorkflows(
            422,
            "validation_error",
            "name_too_short",
            "A name has at least 3 characters.",
            "The name has fewer than 3 characters, not counting the prefix api-key:.",
            "Choose a name of 3 to 50 characters."
        ),
        OfWorkflows(
            422,
            "validation_error",
            "name_too_long",
            "A name has at most 50 characters.",
            "The name has more than 50 characters, not counting the prefix api-key:.",
            "Choose a name of 3 to 50 characters."
        ),
        OfWorkflows(
            422,
            "validation_error",
            "secret_empty",
            "A secret has at least 1 character.",
            "The secret is an empty text.",
            "Send a secret of 1 to 2,000 characters."
        ),
        OfWorkflows(
            422,
            "validation_error",
            "secret_too_long",
            "A secret has at most 2,000 characters.",
            "The secret has more than 2,000 characters.",
            "Send a secret of 1 to 2,000 characters."
        ),
        OfWorkflows(
            422,
            "validation_error",
            "expires_at_in_past",
            "An item expires in the future.",
            "The time in expires_at is over already.",
            "Send a time in the future, or null for an item that does not expire."
        ),
        OfWorkflows(
            422,
            "validation_error",
            "secret_not_allowed",
            "An item whose name begins with api-key: gets a generated key and takes no secret.",
            "The name begins with api-key:, so the key is generated here, and the request carries a secret.",
            "Leave the secret out, or choose a name without the prefix."
        ),
        OfWorkflows(
            422,
            "validation_error",
            "prefix_immutable",
            "A name keeps its prefix api-key:, or keeps having none.",
            "The new name would give the item the prefix api-key:, or take it away.",
            "Keep the prefix as it is, or make a new item."
        ),
        OfWorkflows(
            429,
            "rate_limit_error",
            "rate_limited",
            "This key makes more than 100 requests a second; wait as long as Retry-After says.",
            "The caller made more requests than it may, or the address sent too many credentials that are not known.",
            "Wait as long as the header Retry-After says, then go on more slowly."
        ),
        OfWorkflows(
            500,
            "api_error",
            "internal_error",
            "Something went wrong here; the fault is logged.",
            "A fault of the server, not of the request.",
            "Try again, and report it to the operator if it stays."
        ),
        OfWorkflows(
            503,
            "api_error",
            "unavailable",
            "The store cannot take this now, or cannot tell whether it took it.",
            "The server has more to write than it can, or its storage fails for the moment.",
            "Read the state, then try again after the time in Retry-After; an Idempotency-Key makes that safe."
        ),
    ];

    public static IReadOnlyList<ErrorEntry> Resolve { get; } =
    [
        OfResolve(
            "not_found",
            "No item has this id or name, or it was deleted.",
            "Check the id or name against the list that GET /workflows/vault gives."
        ),
        OfResolve(
            "expired",
            "The item has expired and can no longer be used.",
            "Set a later expiry if the secret is still good, or store a new one."
        ),
        OfResolve(
            "ambiguous_name",
            "More than one item has this name.",
            "Ask for the item by its id."
        ),
        OfResolve(
            "not_resolvable",
            "The item holds a generated key, of which only a hash is kept.",
            "Compare such a key with POST /workflows/vault/verify-key."
        ),
    ];

    public static IReadOnlyList<ErrorEntry> Management { get; } =
    [
        OfManagement(
            400,
            "invalid_request",
            "1 to 500 are listed.",
            "The body is not JSON, or a member or query parameter is missing, unknown, there twice, of the wrong type or of the wrong form. pointer names it.",
            "Correct what pointer names and send the request again."
        ),
        OfManagement(
            401,
            "unauthorized",
            "A valid API key is required in the X-API-Key header.",
            "The key in X-API-Key or in the bearer token is mistyped, unknown, expired, revoked, or used from an address outside its allow-list, or two keys were sent. The answer is the same for all of these.",
            "Send one valid key; ask an administrator for a new one if yours may have ended."
        ),
        OfManagement(
            401,
            "session_ended",
            "Your session has ended. Sign in again.",
            "There is no key, and no session of the portal that is still good.",
            "Sign in again in the browser, or send a key in the header X-API-Key."
        ),
        OfManagement(
            403,
            "forbidden",
            "The key lacks the permission for this call, or the access level on this object is too low.",
            "The key does not have the permission that this call needs, or the account's role does not allow it.",
            "Use a key with the permission, or ask an Owner or Administrator."
        ),
        OfManagement(
            403,
            "origin_refused",
            "Only the portal's own pages may call this. Open the portal at its own address.",
            "A browser sent the request with a session, from another page than the portal's own.",
            "Open the portal at its own address; a machine sends a key instead of a session."
        ),
        OfManagement(
            403,
            "antiforgery_refused",
            "The page is too old to be believed. Load it again.",
            "A change that comes with a session has to carry the antiforgery token of its page.",
            "Load the page again; a machine sends a key instead of a session."
        ),
        OfManagement(
            403,
            "step_up_required",
            "Confirm your password; that counts for five minutes.",
            "The call changes keys or access, and the session has not proved within five minutes who holds it.",
            "Confirm the password in the portal and send the request again."
        ),
        OfManagement(
            403,
            "person_required",
            "Only a person may allow a webhook addresses in a private network, or give one that has them another address; a key may not. Do it in the portal.",
            "With such a webhook the server sends requests inside its own network; a key that leaked must not choose where.",
            "Sign in to the portal as an Owner or Administrator and change the webhook there."
        ),
        OfManagement(
            404,
            "not_found",
            "There is nothing with this id, or it is not yours.",
            "The path belongs to no call of this API, or what it names is not there or not yours.",
            "Check the path and the ids in it."
        ),
        OfManagement(
            404,
            "vault_not_found",
            "There is no such vault, or it is not shared with you.",
            "The vault that the query names is not there, or the caller may not know of it.",
            "Check the id, or ask a member with ADMIN for a grant."
        ),
        OfManagement(
            405,
            "method_not_allowed",
            "This path does not take this method.",
            "This path does not take this method; the Allow header names those that it takes.",
            "Use a method that the header Allow names."
        ),
        OfManagement(
            409,
            "idempotency_in_progress",
            "The first request with this Idempotency-Key is still under way; try again in a moment.",
            "The first request with this Idempotency-Key is still under way.",
            "Wait a moment and send the same request again."
        ),
        OfManagement(
            409,
            "policy_exists",
            "There is a policy for exactly these objects already; change that one.",
            "Another policy matches the same kind, vault, types and classification.",
            "Change that policy, or match something else."
        ),
        OfManagement(
            409,
            "saved_filter_exists",
            "You have saved a filter under this name; choose another, or delete that one first.",
            "The account keeps a filter under this name already.",
            "Choose another name, or delete that filter first."
        ),
        OfManagement(
            409,
            "too_many_saved_filters",
            "At most 50 filters are kept; delete one that you need no more.",
            "An account keeps at most 50 filters.",
            "Delete one that is needed no more."
        ),
        OfManagement(
            404,
            "secret_not_found",
            "Secret not found: DATABASE_URL",
            "There is no environment secret with this key, or it lies in the trash.",
            "Check the key."
        ),
        OfManagement(
            409,
            "webhook_disabled",
            "This webhook is disabled; enable it first.",
            "A disabled webhook is told nothing, tests included.",
            "Enable it and send the request again."
        ),
        OfManagement(
            409,
            "delivery_waiting",
            "This message is on its way already.",
            "The message waits to be sent, or to be sent again.",
            "Look at the delivery log until it is done."
        ),
        OfManagement(
            409,
            "rotation_under_way",
            "A rotation of this secret is under way; see it to its end, or cancel it.",
            "A secret has one announced rotation at a time.",
            "Confirm and retire the one under way, or cancel it."
        ),
        OfManagement(
            409,
            "rotation_not_waiting",
            "This rotation does not wait for a confirmation: it was switched or called off, or its time is over.",
            "Only a rotation that waits for its confirmation can be confirmed or cancelled.",
            "Look at its phase; announce another if the secret is still to be rotated."
        ),
        OfManagement(
            409,
            "rotation_not_switched",
            "This rotation has no old value that could be retired.",
            "It was not switched yet, was called off, or its grace is over.",
            "Look at its phase."
        ),
        OfManagement(
            409,
            "idempotency_secret_gone",
            "This request took effect, but its answer held a secret and is no longer kept. Read the state, and rotate the key if nobody has stored it.",
            "The answer to this Idempotency-Key held a secret, which is kept for ten minutes only.",
            "Read the state, and make another secret if nobody has stored this one."
        ),
        OfManagement(
            412,
            "version_conflict",
            "This was changed meanwhile; load it again and repeat the change.",
            "If-Match names another version than the present one.",
            "Read it anew, apply your change to it, and send its new entity tag."
        ),
        OfManagement(
            413,
            "payload_too_large",
            "A body here has at most 1048576 bytes.",
            "The body is larger than this call takes.",
            "Send less at once."
        ),
        OfManagement(
            415,
            "unsupported_media_type",
            "The body has to be application/json in UTF-8.",
            "The body is of another media type than the call takes.",
            "Send application/json in UTF-8."
        ),
        OfManagement(
            422,
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request; choose a new one.",
            "The Idempotency-Key was used with another body.",
            "Choose a new key for each new request."
        ),
        OfManagement(
            429,
            "rate_limit_exceeded",
            "Too many requests.",
            "The key or account has sent more requests than it may in a while; RateLimit says how many are left.",
            "Wait as long as Retry-After says."
        ),
        OfManagement(
            500,
            "internal_error",
            "Something went wrong here.",
            "A fault of the portal; its log has it under correlationId.",
            "Try again, and give correlationId to whoever runs the portal if it stays."
        ),
        OfManagement(
            503,
            "unavailable",
            "The vault is busy or its storage does not answer.",
            "Too much waits to be written, or the storage does not answer.",
            "Wait as long as Retry-After says, look whether the change was made, and try again."
        ),
    ];

    public static IReadOnlyList<ErrorEntry> All { get; } =
    [.. Machine, .. Secrets, .. Workflows, .. Resolve, .. Management];

    /// <summary>What the APIs mean by a code, whatever its case: one code may be known to several.</summary>
    public static IReadOnlyList<ErrorEntry> Find(string code) =>
        [.. All.Where(entry => entry.Code.Equals(code, StringComparison.OrdinalIgnoreCase))];

    private static ErrorEntry OfMachine(
        int status,
        string code,
        string message,
        string cause,
        string remedy
    ) => new(ErrorApi.Machine, status, "", code, message, cause, remedy);

    private static ErrorEntry OfSecrets(
        int status,
        string code,
        string message,
        string cause,
        string remedy
    ) => new(ErrorApi.Secrets, status, "", code, message, cause, remedy);

    private static ErrorEntry OfWorkflows(
        int status,
        string type,
        string code,
        string message,
        string cause,
        string remedy
    ) => new(ErrorApi.Workflows, status, type, code, message, cause, remedy);

    private static ErrorEntry OfManagement(
        int status,
        string code,
        string message,
        string cause,
        string remedy
    ) => new(ErrorApi.Management, status, "", code, message, cause, remedy);

    private static ErrorEntry OfResolve(string code, string cause, string remedy) =>
        new(ErrorApi.Resolve, StatusCodes.Status200OK, "", code, "", cause, remedy);
}
