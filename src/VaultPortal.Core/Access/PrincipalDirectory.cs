using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>
/// The people and agents that a vault can be shared with, and their keys, for those who share: an ADMIN of some vault, an Owner, an
/// Administrator. In the portal only; machines know whom they share with. What it says of keys is for comparing: whether one may be
/// trusted the reader's client decides.
/// </summary>
public sealed class PrincipalDirectory(Gate gate)
{
    public const int MostFound = 50;

    /// <summary>Longest text that is looked for, in UTF-16 units.</summary>
    public const int LongestText = 100;

    /// <summary>At most <see cref="MostFound"/> whose name has the text in it; an empty one finds everybody.</summary>
    public Task<Result<FoundPrincipals>> FindAsync(
        Caller caller,
        string? text,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync(
            caller,
            new AuditedCall(
                "principal.list",
                "principals",
                Permissions.VaultWrite | Permissions.PermissionsWrite
            ),
            (scope, standing) => Find(scope.Commands<PrincipalCommands>(), standing, text ?? ""),
            cancellation
        );

    private static Result<FoundPrincipals> Find(
        PrincipalCommands principals,
        Standing standing,
        string text
    )
    {
        var isOffice = standing.Role is Role.Owner or Role.Administrator;
        if (
            standing.Kind != CallerKind.Person
            || !(isOffice || principals.Administers(standing.Principal))
        )
        {
            return AccessErrors.Forbidden;
        }

        if (ProblemOf(text) is { } problem)
        {
            return VaultError.Invalid("/q", problem);
        }

        var found = principals.Find(text.Trim(), MostFound + 1);
        return new FoundPrincipals([.. found.Take(MostFound)], found.Count > MostFound);
    }

    private static string? ProblemOf(string text) =>
        text.Length > LongestText ? $"At most {LongestText} characters are looked for."
        : text.AsSpan().ContainsAnyInRange('\u0000', '\u001F')
            ? "Control characters are not allowed here."
        : null;
}
