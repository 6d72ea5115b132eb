using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// A vault's data keys, wrapped by its members' clients for one another (machine.md sections 5 and 6), and the directory of the keys
/// that they judge each other by. The server keeps them and can open none.
/// </summary>
public sealed class WrappedKeyService(Gate gate, CheckpointVerifier verifier, ReadConnections reads)
{
    /// <summary>Most wrapped data keys of one request.</summary>
    public const int MaxEntries = 500;

    private static readonly VaultError Incomplete = VaultError.Invalid(
        "/wrappedDeks",
        "The next data key has to be wrapped to every active key of everybody with a grant in the vault; read the directory of keys again."
    );

    /// <summary>
    /// Wraps data keys to members. It takes ADMIN; whoever may only read wraps for those own keys that the signing one has endorsed. A
    /// person needs a step-up.
    /// </summary>
    public Task<Result<AddedWrappedDeks>> AddAsync(
        Caller caller,
        PublicId vaultId,
        IReadOnlyList<WrappedDekInput> wraps,
        CancellationToken cancellation = default
    )
    {
        WrappedDeks.Verify(reads, wraps);
        return gate.WriteAsync(
            caller,
            new AuditedCall("wrapped_dek.add", $"vault:{vaultId}", Permissions.WrappedKey),
            (scope, standing) => OpenToAdd(scope, standing, vaultId, wraps),
            (scope, standing, vault) => Add(scope, standing, vault, wraps),
            cancellation
        );
    }

    /// <summary>
    /// The second step is the clients': once this has made the next data key the current one, they seal value by value under it. A person
    /// needs a step-up.
    /// </summary>
    public Task<Result<Unit>> RekeyAsync(
        Caller caller,
        PublicId vaultId,
        Rekeying rekeying,
        CancellationToken cancellation = default
    )
    {
        verifier.VerifySignatures(rekeying.Summary);
        WrappedDeks.Verify(reads, rekeying.WrappedDeks);
        return gate.WriteAsync(
            caller,
            new AuditedCall("vault.rekey", $"vault:{vaultId}", Permissions.WrappedKey),
            (scope, standing) =>
                SteppedUp(
                    scope,
                    standing,
                    VaultAccess.OpenVault(
                        scope.Commands<AccessCommands>(),
                        scope.Commands<VaultCommands>(),
                        standing,
                        vaultId,
                        AccessLevel.Admin
                    )
                ),
            (scope, standing, vault) => Rekey(scope, standing, vault, rekeying),
            cancellation
        );
    }

    /// <summary>What is wrapped to the caller's keys, all versions. A grant on a single item is enough: the data key is the vault's.</summary>
    public Task<Result<IReadOnlyList<WrappedDekView>>> GetOwnAsync(
        Caller caller,
        PublicId vaultId,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<IReadOnlyList<WrappedDekView>>(
            caller,
            new AuditedCall("wrapped_dek.read", $"vault:{vaultId}", Permissions.VaultRead),
            (scope, standing) =>
                FindToRead(scope, standing, vaultId) is { } found
                    ? scope.Commands<WrappedDekCommands>().Of(found.Vault, standing.Principal)
                    : VaultErrors.VaultNotFound,
            cancellation
        );

    /// <summary>Which vaults one of the caller's key pairs opens, archived ones too: what another one needs to take its place.</summary>
    public Task<Result<IReadOnlyList<VaultOfKey>>> ListVaultsOfKeyAsync(
        Caller caller,
        PublicId keyId,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<IReadOnlyList<VaultOfKey>>(
            caller,
            new AuditedCall(
                "wrapped_dek.list_vaults",
                $"user_key_pair:{keyId}",
                Permissions.VaultRead
            ),
            (scope, standing) =>
                standing.Principal.Kind == PrincipalKind.User
                && scope.Commands<UserKeyPairCommands>().Find(keyId, standing.OwnerId) is { } key
                    ? scope.Commands<WrappedDekCommands>().VaultsOfKey(key.Id)
                    : AccessErrors.NotFound,
            cancellation
        );

    /// <summary>
    /// Which versions of the data key are wrapped to which active key, for whoever may read the vault: pages show who cannot open
    /// values yet.
    /// </summary>
    public Task<Result<IReadOnlyList<WrappedTo>>> ListRecipientsAsync(
        Caller caller,
        PublicId vaultId,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<IReadOnlyList<WrappedTo>>(
            caller,
            new AuditedCall("wrapped_dek.list", $"vault:{vaultId}", Permissions.VaultRead),
            (scope, standing) =>
                FindToRead(scope, standing, vaultId) is { Level: not null } found
                    ? scope.Commands<WrappedDekCommands>().RecipientsOf(found.Vault.Id)
                    : VaultErrors.VaultNotFound,
            cancellation
        );

    /// <summary>The vault's directory of signers, the oldest key first; for a caller with item grants only, what he needs of it.</summary>
    public Task<Result<IReadOnlyList<SignerKeyView>>> ListSignersAsync(
        Caller caller,
        PublicId vaultId,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<IReadOnlyList<SignerKeyView>>(
            caller,
            new AuditedCall("vault.read_keys", $"vault:{vaultId}", Permissions.VaultRead),
            (scope, standing) =>
            {
                var keys = scope.Commands<SignerKeyCommands>();
                return FindToRead(scope, standing, vaultId) is not { } found
                        ? VaultErrors.VaultNotFound
                    : found.Level is null ? keys.OfItems(found.Vault.Id, standing.Principal)
                    : keys.OfVault(found.Vault.Id);
            },
            cancellation
        );

    private static Result<Vault> SteppedUp(
        WriteScope scope,
        Standing standing,
        Result<Vault> open
    ) =>
        open.Succeeded && Authorization.DemandStepUp(standing, scope.Now) is { } stepUp
            ? stepUp
            : open;

    /// <summary>The vault for one who may read it or an item of it, with his level on the vault itself.</summary>
    private static (Vault Vault, AccessLevel? Level)? FindToRead(
        ReadScope scope,
        Standing standing,
        PublicId vaultId
    )
    {
        var access = scope.Commands<AccessCommands>();
        var vaults = scope.Commands<VaultCommands>();
        if (vaults.Find(vaultId) is not { } vault || !VaultAccess.IsThere(access, standing, vault))
        {
            return null;
        }

        var level = Authorization.LevelOnVault(access, standing, vault.Id);
        return level is not null || vaults.HasItemGrant(standing.Principal, vault.Id)
            ? (vault, level)
            : null;
    }

    /// <summary>ADMIN, or somebody who can read something of the vault and wraps for himself only.</summary>
    private static Result<Vault> OpenToAdd(
        WriteScope scope,
        Standing standing,
        PublicId vaultId,
        IReadOnlyList<WrappedDekInput> wraps
    )
    {
        var open = VaultAccess.OpenVault(
            scope.Commands<AccessCommands>(),
            scope.Commands<VaultCommands>(),
            standing,
            vaultId,
            AccessLevel.Admin
        );
        if (
            open.Error is { Kind: ErrorKind.Denied }
            && wraps.All(w => IsOwnRewrap(scope, standing.Principal, w))
        )
        {
            open = scope.Commands<VaultCommands>().Find(vaultId)!;
        }

        return SteppedUp(scope, standing, open);
    }

    /// <summary>Signer and recipient are two keys of the caller, the recipient endorsed by the signer (section 5).</summary>
    private static bool IsOwnRewrap(
        WriteScope scope,
        PrincipalRef principal,
        WrappedDekInput wrap
    ) =>
        scope.Commands<WrappedDekCommands>().FindRecipient(wrap.RecipientKeyId)
            is { EndorsedBy: { } endorser } recipient
        && recipient.Owner == principal
        && scope.Commands<AccessCommands>().FindKey(wrap.SignerId)?.Id == endorser;

    private static Result<AddedWrappedDeks> Add(
        WriteScope scope,
        Standing standing,
        Vault vault,
        IReadOnlyList<WrappedDekInput> wraps
    )
    {
        if (vault.ArchivedAt is not null)
        {
            return VaultErrors.VaultNotFound;
        }

        var signers = AgentMayWrap(standing.Principal, vault)
            ? WrappedDeks.Signers(scope, standing.Principal, wraps)
            : AccessErrors.SignerRequired;
        if ((signers.Error ?? WrappedDeks.Signatures(wraps)) is { } refused)
        {
            return refused;
        }

        var decided = WrappedDeks.Content(
            scope,
            vault,
            wraps,
            signers.Value,
            principal => VaultAccess.HasAnyGrant(scope, principal, vault.Id),
            1,
            vault.CurrentDekVersion
        );
        if (decided.Error is { } wrong)
        {
            return wrong;
        }

        WrappedDeks.Write(scope, vault.Id, decided.Value);
        return new AddedWrappedDeks(wraps.Count);
    }

    /// <summary>An agent wraps for nobody but in a vault that it made itself (machine.md section 1).</summary>
    private static bool AgentMayWrap(PrincipalRef principal, Vault vault) =>
        principal.Kind == PrincipalKind.User
        || principal == new PrincipalRef(vault.CreatedByKind, vault.CreatedById);

    private static Result<Unit> Rekey(
        WriteScope scope,
        Standing standing,
        Vault vault,
        Rekeying rekeying
    )
    {
        if (vault.ArchivedAt is not null)
        {
            return VaultErrors.VaultNotFound;
        }

        var signers = Signers(scope, standing, vault, rekeying);
        if (signers.Error is { } refused)
        {
            return refused;
        }

        vault.CurrentDekVersion++;
        var difference = rekeying.Summary.Content.DifferenceFrom(
            scope.Commands<VaultCommands>().SummaryOf(vault),
            rekeying.Summary.At.Member("checkpoint")
        );
        if (difference is not null)
        {
            return CheckpointErrors.Mismatch(difference);
        }

        var wraps = Complete(scope, vault, rekeying.WrappedDeks, signers.Value.Wraps);
        if (wraps.Error is { } wrong)
        {
            return wrong;
        }

        vault.RekeyDue = false;
        VaultSummary.Put(scope, vault, rekeying.Summary, signers.Value.Summary);
        WrappedDeks.Write(scope, vault.Id, wraps.Value);
        return default(Unit);
    }

    /// <summary>The contract's order over both: who signed, whether the signatures hold, whether the version is the next.</summary>
    private static Result<(long Summary, long[] Wraps)> Signers(
        WriteScope scope,
        Standing standing,
        Vault vault,
        Rekeying rekeying
    )
    {
        var access = scope.Commands<AccessCommands>();
        var wraps = WrappedDeks.Signers(scope, standing.Principal, rekeying.WrappedDeks);
        if (standing.Principal.Kind == PrincipalKind.Agent || !wraps.Succeeded)
        {
            return AccessErrors.SignerRequired;
        }

        var signer = Authorization.Signer(access, standing, rekeying.Summary);
        if (
            signer.Succeeded
            && rekeying.Summary.SignatureHolds
            && WrappedDeks.Signatures(rekeying.WrappedDeks) is { } forged
        )
        {
            return forged;
        }

        var accepted = CheckpointVerifier.Accept(
            access,
            standing,
            agentMaySign: false,
            (rekeying.Summary, vault.SummaryVersion)
        );
        return accepted.Succeeded ? (accepted.Value[0], wraps.Value) : accepted.Error;
    }

    /// <summary>Whether the next data key reaches everybody, so that nobody is shut out by what somebody forgot.</summary>
    private static Result<List<DecidedWrap>> Complete(
        WriteScope scope,
        Vault vault,
        IReadOnlyList<WrappedDekInput> sent,
        long[] signers
    )
    {
        var wraps = WrappedDeks.Content(
            scope,
            vault,
            sent,
            signers,
            principal => VaultAccess.HasAnyGrant(scope, principal, vault.Id),
            vault.CurrentDekVersion,
            vault.CurrentDekVersion
        );
        if (!wraps.Succeeded)
        {
            return wraps;
        }

        var wanted = scope.Commands<WrappedDekCommands>().ToBeWrappedTo(vault.Id, scope.Now);
        return wanted.Count > 0 && wanted.SetEquals(wraps.Value.Select(w => w.Recipient))
            ? wraps
            : Incomplete;
    }
}
