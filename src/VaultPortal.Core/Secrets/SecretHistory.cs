using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Secrets;

/// <summary>Every write of a secret ends here: it becomes a version, numbered by the server, and the secret's row names it.</summary>
internal static class SecretHistory
{
    /// <summary>
    /// Writes the secret as it now is. Sealing is done here, in the queue, because only here the number of the version is known;
    /// it takes a microsecond, and with the longest value about as long as writing that.
    /// </summary>
    /// <param name="value">The new value; null keeps the one that the row names.</param>
    /// <param name="recent">
    /// Given for a hot write of an environment secret: where only the value changes, its row is left as it is, and the version noted here.
    /// </param>
    /// <exception cref="SealException">The data key has sealed as often as it may.</exception>
    public static void Append(
        WriteScope scope,
        KeyRing keys,
        Caller caller,
        SecretRow secret,
        SecretChange change,
        ReadOnlyMemory<byte>? value = null,
        RecentVersions? recent = null
    )
    {
        secret.Version++;
        secret.UpdatedAt = scope.Now;
        var sealedValue = value is { } plain
            ? keys.Seal(plain.Span, SecretBinding.Of(secret.Store, secret.PublicId, secret.Version))
            : null;
        var commands = scope.Commands<SecretCommands>();
        if (secret.Id == 0)
        {
            commands.Insert(secret);
        }

        secret.VersionId = commands.InsertVersion(secret, change, sealedValue, caller.Actor);
        if (sealedValue is not null)
        {
            secret.ValueId = secret.VersionId;
        }

        // What is in the trash is erased from the version on that its row names.
        var onlyValue =
            sealedValue is not null && !secret.IsDeleted && secret.State == secret.Written;
        if (!onlyValue || recent?.TryAdd(secret) != true)
        {
            commands.Update(secret);
        }
    }

    /// <summary>
    /// Makes an earlier version's name, value, reservation and expiry a new version; active again, and out of the trash. An expiry that has
    /// passed does not come back: the secret keeps the one that it has, so that nothing expires by this, and nothing expired can be read
    /// by it. Where a policy does not allow an expiry any more, it expires as late as may be.
    /// </summary>
    /// <param name="row">The row that the version was found in.</param>
    /// <param name="version">Its number.</param>
    public static VaultError? Restore(
        WriteScope scope,
        KeyRing keys,
        Caller caller,
        SecretRow secret,
        long row,
        long version
    )
    {
        if (scope.Commands<SecretHistoryCommands>().At(row, secret, version) is not { } earlier)
        {
            return SecretErrors.VersionNotFound;
        }

        var expiresAt =
            earlier.View.ExpiresAt <= scope.Now ? secret.ExpiresAt : earlier.View.ExpiresAt;
        if (secret.IsDeleted || expiresAt != secret.ExpiresAt)
        {
            secret.ExpiresAt = scope
                .Commands<PolicyCommands>()
                .RuleFor(secret.Traits)
                .Nearest(expiresAt, scope.Now);
        }

        secret.IsActive = true;
        secret.DeletedAt = null;
        secret.Name = earlier.View.Name;
        secret.IsReserved = earlier.View.IsReserved;
        secret.ValueId = earlier.ValueId;
        Append(scope, keys, caller, secret, SecretChange.Restored);
        return null;
    }
}
