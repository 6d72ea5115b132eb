using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Porting;

/// <summary>
/// Writes whole vaults with good signatures, in steps: for the demo and for measuring. It is no way around the rules, because
/// whoever can run it owns the machine and the key; the audit says what it did.
/// </summary>
public sealed class VaultSeeder(WriteQueue queue)
{
    private const int RowsPerStep = 450;

    /// <summary>Writes a vault with its items, signed by <paramref name="signer"/>, whose owner gets ADMIN.</summary>
    public async Task SeedAsync(
        Caller caller,
        SeedSigner signer,
        SeedVault seed,
        CancellationToken cancellation
    )
    {
        var vault = await queue.RunStepAsync(
            scope => InsertVault(scope, caller, signer, seed),
            cancellation
        );
        for (var next = 0; next < seed.Items.Count; )
        {
            var first = next;
            var rows = 0;
            do
            {
                rows += 2 + 2 * seed.Items[next++].Fields.Count;
            } while (
                next < seed.Items.Count
                && rows + 2 + 2 * seed.Items[next].Fields.Count <= RowsPerStep
            );

            var items = seed.Items.Skip(first).Take(next - first).ToArray();
            await queue.RunStepAsync(
                scope => InsertItems(scope, signer, vault, items),
                cancellation
            );
        }

        await queue.RunStepAsync(
            scope =>
            {
                vault.ItemCount = seed.Items.Count;
                Sign(
                    scope,
                    signer,
                    vault,
                    scope.Commands<VaultCommands>().SummaryOf(vault) with
                    {
                        Version = seed.SummaryVersion,
                    }
                );
                scope.Commands<VaultCommands>().Update(vault, scope.CommitSequence);
                return default(Unit);
            },
            cancellation
        );
    }

    private static Vault InsertVault(
        WriteScope scope,
        Caller caller,
        SeedSigner signer,
        SeedVault seed
    )
    {
        var vault = new Vault
        {
            PublicId = seed.Id,
            Name = seed.Name,
            Classification = seed.Classification,
            CurrentDekVersion = seed.DekVersion,
            CreatedByKind = PrincipalKind.User,
            CreatedById = signer.OwnerId,
            CreatedAt = scope.Now,
            UpdatedAt = scope.Now,
        };
        var vaults = scope.Commands<VaultCommands>();
        vaults.Insert(vault, scope.CommitSequence);
        scope
            .Commands<AccessCommands>()
            .InsertGrant(
                GrantedAsset.Vault,
                vault.Id,
                new PrincipalRef(PrincipalKind.User, signer.OwnerId),
                AccessLevel.Admin,
                scope.Now,
                scope.CommitSequence
            );
        Sign(
            scope,
            signer,
            vault,
            VaultCommands.DirectoryOf(vault) with
            {
                Version = seed.DirectoryVersion,
            }
        );
        if (seed.Dek is { } dek && signer.Member is { } member)
        {
            Share(scope, signer, member, vault, dek);
        }

        vaults.Update(vault, scope.CommitSequence);
        scope.Audit(caller, "vault.seed", $"vault:{seed.Id}", "ok");
        return vault;
    }

    /// <summary>What a client needs to open the vault: who its member is, signed, and the data key wrapped to his key.</summary>
    private static void Share(
        WriteScope scope,
        SeedSigner signer,
        SeedMember member,
        Vault vault,
        byte[] dek
    )
    {
        Sign(
            scope,
            signer,
            vault,
            new PermissionContent(
                GrantedAsset.Vault,
                vault.PublicId,
                1,
                [
                    new PermissionEntry(
                        PrincipalKind.User,
                        member.OwnerId,
                        AccessLevel.Admin,
                        [signer.Key.PublicKey.FingerprintHex]
                    ),
                ]
            )
        );
        var wrap = new WrappedDekInput
        {
            VaultId = vault.PublicId,
            RecipientKeyId = signer.KeyId,
            DekVersion = vault.CurrentDekVersion,
            Algorithm = WrapAlgorithm.HpkeX25519,
            Wrapped = Hpke.Seal(
                member.EncryptionSpki,
                "vaultportal/dek/v1"u8,
                Encoding.UTF8.GetBytes($"{vault.PublicId}|{vault.CurrentDekVersion}"),
                dek
            ),
            SignerKind = PrincipalKind.User,
            SignerId = signer.KeyId,
            Signature = null,
            At = JsonPointer.Root,
        };
        var statement = WrappedDeks.Statement(wrap, SHA256.HashData(member.EncryptionSpki));
        scope
            .Commands<WrappedDekCommands>()
            .Insert(
                vault.Id,
                new DecidedWrap(
                    wrap with
                    {
                        Signature = signer.Key.Sign(statement),
                    },
                    signer.KeyRow,
                    signer.KeyRow
                ),
                scope.Now
            );
    }

    private static Unit InsertItems(
        WriteScope scope,
        SeedSigner signer,
        Vault vault,
        SeedItem[] seeds
    )
    {
        var commands = scope.Commands<VaultItemCommands>();
        var by = new PrincipalRef(PrincipalKind.User, signer.OwnerId);
        foreach (var seed in seeds)
        {
            var item = new ItemRow
            {
                PublicId = seed.Id,
                VaultId = vault.Id,
                VaultPublicId = vault.PublicId,
                Name = seed.Name,
                Type = seed.Type,
                Websites = seed.Websites,
                CreatedAt = scope.Now,
                UpdatedAt = scope.Now,
                FieldCount = seed.Fields.Count,
                DetailVersion = seed.DetailVersion,
                ExpiresAt = seed.ExpiresAt,
            };
            commands.Insert(item, by, scope.CommitSequence);
            var fields = seed
                .Fields.Select((f, order) => ToRow(f, order, vault, scope.Now))
                .ToArray();
            foreach (var field in fields)
            {
                commands.PutInstance(item.Id, field, item.DetailVersion, by);
            }

            item.DetailCheckpoint = Append(scope, signer, item.Detail(fields), item.Id);
            commands.SetExpiry(item);
            commands.Update(item, scope.CommitSequence);
            ItemSearch.Put(scope, item, fields);
        }

        return default;
    }

    private static FieldRow ToRow(SeedField seed, int order, Vault vault, DateTimeOffset now) =>
        new()
        {
            PublicId = seed.Id,
            Name = seed.Name,
            Type = seed.Type,
            Order = order,
            InstanceId = seed.InstanceId,
            Value = Encoding.UTF8.GetBytes(seed.Envelope),
            DekVersion = vault.CurrentDekVersion,
            UpdatedAt = now,
        };

    private static void Sign(
        WriteScope scope,
        SeedSigner signer,
        Vault vault,
        CheckpointContent content
    )
    {
        var sequence = Append(scope, signer, content, vault.Id);
        switch (content.Kind)
        {
            case CheckpointKind.Directory:
                (vault.DirectoryVersion, vault.DirectoryCheckpoint) = (content.Version, sequence);
                break;
            case CheckpointKind.Permission:
                (vault.PermissionVersion, vault.PermissionCheckpoint) = (content.Version, sequence);
                break;
            default:
                (vault.SummaryVersion, vault.SummaryCheckpoint) = (content.Version, sequence);
                break;
        }
    }

    private static long Append(
        WriteScope scope,
        SeedSigner signer,
        CheckpointContent content,
        long objectId
    )
    {
        var text = CheckpointText.Of(content);
        var signed = new SignedInput<CheckpointContent>(
            content,
            text,
            PrincipalKind.User,
            signer.KeyId,
            signer.Key.Sign(text),
            JsonPointer.Root
        );
        return scope
            .Commands<CheckpointCommands>()
            .Append(signed, objectId, signer.KeyRow, scope.Now, 0);
    }
}

/// <summary>Who signs what is seeded: a registered key with its private half.</summary>
/// <param name="OwnerId">Row of the account that owns the key.</param>
/// <param name="KeyRow">Row of the registered key.</param>
public sealed record SeedSigner(long OwnerId, long KeyRow, PublicId KeyId, SigningKey Key)
{
    /// <summary>Set where vaults are seeded to be opened, see <see cref="SeedVault.Dek"/>.</summary>
    public SeedMember? Member { get; init; }

    /// <summary>The signer for a key that was registered; null when there is none with this id.</summary>
    public static Task<SeedSigner?> FindAsync(WriteQueue queue, PublicId keyId, SigningKey key) =>
        queue.RunAsync(scope =>
            scope.Commands<AccessCommands>().FindKey(keyId) is { } row
                ? new SeedSigner(row.Owner.Id, row.Id, keyId, key)
                : null
        );
}

/// <summary>The member that a signer is in what it signs.</summary>
/// <param name="OwnerId">The id of the account on the wire.</param>
/// <param name="EncryptionSpki">The X25519 key that data keys are wrapped to.</param>
public sealed record SeedMember(PublicId OwnerId, byte[] EncryptionSpki);
