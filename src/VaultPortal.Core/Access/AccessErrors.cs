using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>The refusals of this concern, in the machine contract's codes (machine.md section 2).</summary>
public static class AccessErrors
{
    /// <summary>One message for every reason, so that a stranger learns nothing from it.</summary>
    public static readonly VaultError Unauthorized = new(
        ErrorKind.Unauthenticated,
        "unauthorized",
        "A valid API key is required in the X-API-Key header."
    );

    public static readonly VaultError Forbidden = new(
        ErrorKind.Denied,
        "forbidden",
        "The key lacks the permission for this call, or the access level on this object is too low."
    );

    public static readonly VaultError SignerRequired = new(
        ErrorKind.SignerRequired,
        "checkpoint_signer_required",
        "An active key of the acting user or agent has to sign this; register one and name it as the signer."
    );
}
