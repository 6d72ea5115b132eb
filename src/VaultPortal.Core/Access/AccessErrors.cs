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

    public static readonly VaultError StepUpRequired = new(
        ErrorKind.StepUpRequired,
        "step_up_required",
        "Confirm your password; that counts for five minutes."
    );

    public static readonly VaultError NotFound = new(
        ErrorKind.NotFound,
        "not_found",
        "There is nothing with this id, or it is not yours."
    );

    public static readonly VaultError NoSuchAccount = VaultError.Invalid(
        "/owner",
        "There is no active account with this e-mail address or id."
    );

    /// <summary>For whatever opens or widens access: a stolen session alone must not be enough.</summary>
    public static readonly VaultError CommandOnly = new(
        ErrorKind.Denied,
        "forbidden",
        "This is done by command on the machine that serves the portal."
    );

    public static VaultError InvalidSignature(string member, string message) =>
        new(ErrorKind.Invalid, "checkpoint_invalid_signature", message) { Path = $"/{member}" };
}
