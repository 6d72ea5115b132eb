using VaultPortal.Core.Common;

namespace VaultPortal.Components.Account;

/// <summary>The status under which a form comes back with what is wrong.</summary>
internal static class AccountStatus
{
    public static int Of(VaultError fault) =>
        fault.Kind switch
        {
            ErrorKind.Limited => StatusCodes.Status429TooManyRequests,
            ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
            ErrorKind.Conflict => StatusCodes.Status409Conflict,
            ErrorKind.Denied => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status400BadRequest,
        };
}
