using System.Security.Cryptography;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// Attachments come in as a chain of work items, a few chunks each: begun, filled, completed. Until then nobody sees them, and one that
/// is not completed is removed again (machine.md section 6).
/// </summary>
public sealed class AssetService(
    Gate gate,
    WriteQueue queue,
    AssetUploads uploads,
    KeptAnswers answers,
    TimeProvider time
)
{
    /// <summary>Most attachments of one principal that no item names yet: with 10 MiB each they bound what the disk can be filled with.</summary>
    public const int MostUnnamed = 100;

    /// <summary>After this an upload has no place any more.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>How many bytes of an upload are in memory, and in one work item: whole chunks.</summary>
    private const int Part = 4 * AssetForm.Chunk;

    /// <summary>
    /// Keeps an attachment for the items of a vault. Of several uploads of one id the first is taken. A retry with its Idempotency-Key
    /// has to send the bytes again, by which it is recognised.
    /// </summary>
    public async Task<Result<Created>> StoreAsync(
        Caller caller,
        PublicId vaultId,
        AssetUpload upload,
        CancellationToken cancellation
    )
    {
        var entered = uploads.Enter(caller.AccountId, upload.Id);
        if (entered.Error is { } full)
        {
            return full;
        }

        using var place = entered.Value;
        var begun = await gate.WriteAsync(
            caller with
            {
                Idempotency = null,
            },
            Call("asset.begin", upload),
            (scope, standing) => Open(scope, standing, vaultId),
            (scope, standing, vault) =>
                Begin(
                    scope,
                    standing,
                    vault,
                    upload,
                    (place.HasId, caller.Idempotency is not null)
                ),
            cancellation
        );
        return begun.Error is { } refused
            ? refused
            : await FillAsync(caller, vaultId, upload, begun.Value, cancellation);
    }

    private static AuditedCall Call(string action, AssetUpload upload) =>
        new(action, $"asset:{upload.Id}", Permissions.VaultWrite);

    private static Result<Vault> Open(WriteScope scope, Standing standing, PublicId vaultId)
    {
        var vault = VaultAccess.OpenVault(
            scope.Commands<AccessCommands>(),
            scope.Commands<VaultCommands>(),
            standing,
            vaultId,
            AccessLevel.Write
        );
        return vault.Succeeded && vault.Value.ArchivedAt is not null
            ? VaultErrors.VaultNotFound
            : vault;
    }

    private static Result<Begun> Begin(
        WriteScope scope,
        Standing standing,
        Vault vault,
        AssetUpload upload,
        (bool First, bool Repeatable) request
    )
    {
        var commands = scope.Commands<AssetCommands>();
        var dekVersion = upload.DekVersion ?? vault.CurrentDekVersion;
        if (!request.First)
        {
            return request.Repeatable ? Gate.UnderWay : IdTaken;
        }

        var stands = commands.Find(upload.Id);
        if (stands is { CompletedAt: not null })
        {
            // A retry is known by its bytes, so these are read before it is decided.
            return request.Repeatable ? new Begun(null, dekVersion) : IdTaken;
        }

        if (dekVersion != vault.CurrentDekVersion)
        {
            return OldDek(vault);
        }

        if (stands is not null)
        {
            // Nobody fills it: this process would know. It was begun before a restart.
            commands.Delete(stands.Id);
        }

        return commands.UnnamedOf(standing.Principal) >= MostUnnamed
            ? AssetUploads.TooManyUnnamed
            : new Begun(
                commands.Insert(upload.Id, vault.Id, dekVersion, standing.Principal, scope.Now),
                dekVersion
            );
    }

    private async Task<Result<Created>> FillAsync(
        Caller caller,
        PublicId vaultId,
        AssetUpload upload,
        Begun begun,
        CancellationToken cancellation
    )
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var received = await ReceiveAsync(upload.Bytes, begun.Row, hash, cancellation);
            if (received.Error is { } malformed)
            {
                return malformed;
            }

            hash.AppendData(BitConverter.GetBytes(upload.DekVersion ?? 0));
            var repeatable = caller.Idempotency is { } token
                ? answers.WithBody(token, hash.GetHashAndReset())
                : null;
            return await gate.WriteAsync(
                caller with
                {
                    Idempotency = repeatable,
                },
                Call("asset.create", upload),
                (scope, standing) => Open(scope, standing, vaultId),
                (scope, _, vault) => Complete(scope, vault, upload, begun, received.Value),
                cancellation
            );
        }
        finally
        {
            await RemoveUnlessCompleteAsync(upload.Id, begun.Row);
        }
    }

    /// <summary>Reads the bytes to their end, each part durable before the next is read, and answers how many there were.</summary>
    private async Task<Result<long>> ReceiveAsync(
        Stream bytes,
        long? row,
        IncrementalHash hash,
        CancellationToken cancellation
    )
    {
        using var late = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            late.Token,
            cancellation
        );
        var part = new byte[Part];
        var total = 0L;
        try
        {
            for (var position = 0; ; position++)
            {
                var read = await bytes.ReadAtLeastAsync(part, Part, false, either.Token);
                total += read;
                if (AssetForm.IsTooLong(total))
                {
                    return VaultErrors.AssetTooLarge;
                }

                if (read == 0)
                {
                    break;
                }

                hash.AppendData(part, 0, read);
                await KeepAsync(row, position, read == Part ? part : part[..read], either.Token);
            }
        }
        catch (OperationCanceledException)
            when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return VaultErrors.AssetTooSlow;
        }

        return AssetForm.IsPossible(total) ? total : VaultErrors.AssetMalformed;
    }

    /// <summary>On the second lane, of which each batch takes one step: uploads do not crowd out other writes.</summary>
    private async Task KeepAsync(
        long? row,
        int position,
        byte[] bytes,
        CancellationToken cancellation
    )
    {
        if (row is { } id)
        {
            await queue.RunStepAsync(
                scope =>
                {
                    scope.Commands<AssetCommands>().Append(id, position, bytes);
                    return default(Unit);
                },
                cancellation
            );
        }
    }

    private static Result<Created> Complete(
        WriteScope scope,
        Vault vault,
        AssetUpload upload,
        Begun begun,
        long size
    )
    {
        if (begun.Row is not { } row)
        {
            return IdTaken;
        }

        if (begun.DekVersion != vault.CurrentDekVersion)
        {
            return OldDek(vault);
        }

        scope.Commands<AssetCommands>().Complete(row, size, scope.Now);
        return new Created(upload.Id);
    }

    private async Task RemoveUnlessCompleteAsync(PublicId id, long? row)
    {
        if (row is null)
        {
            return;
        }

        try
        {
            await queue.RunStepAsync(scope =>
            {
                var commands = scope.Commands<AssetCommands>();
                if (commands.Find(id) is { CompletedAt: null } left && left.Id == row)
                {
                    commands.Delete(left.Id);
                }

                return default(Unit);
            });
        }
        catch (Exception fault)
            when (fault is WriteQueueFullException or StorageUnavailableException)
        {
            // The sweep removes it later; what went wrong with the upload itself is what the caller has to hear.
        }
    }

    private static readonly VaultError IdTaken = VaultErrors.IdConflict(JsonPointer.Root) with
    {
        Path = null,
    };

    private static VaultError OldDek(Vault vault) =>
        VaultErrors.DekVersionConflict(
            JsonPointer.Root.Member("dekVersion"),
            vault.CurrentDekVersion
        );

    /// <param name="Row">Null: an attachment with this id is there already, and only a retry of its own upload is taken.</param>
    private sealed record Begun(long? Row, int DekVersion);
}
