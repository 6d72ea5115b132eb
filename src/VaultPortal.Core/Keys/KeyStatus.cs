using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Keys;

/// <summary>What <c>keys status</c> says: which keys there are, what each holds, whether a rotation is under way. Never a key.</summary>
public sealed class KeyStatus(
    WriteQueue queue,
    ReadConnections reads,
    OpenedKeys keys,
    IMasterKeySource source,
    IEnumerable<SealedValues> columns
)
{
    public async Task<KeyReport> ReadAsync(Caller caller, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        await queue.RunAsync(
            scope =>
            {
                scope.Audit(caller, "key.status", "keys", "ok");
                return default(Common.Unit);
            },
            cancellation
        );
        using var next = await source.LoadNextAsync(cancellation);
        using var scope = reads.Open();
        var commands = scope.Commands<KeyCommands>();
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            column.Count(scope, values);
        }

        return new(
            keys.MasterKey.Id,
            source.Place,
            next?.Id,
            [
                .. StoredDataKey
                    .ReadAll(commands)
                    .Select(key => new DataKeyReport(
                        key.Id,
                        key.Purpose,
                        key.State,
                        key.CreatedAt,
                        key.SealCount,
                        values.GetValueOrDefault(key.Id)
                    )),
            ],
            ReadSigningKeys(commands),
            scope.Commands<RotationJobCommands>().Unfinished() is { } job
                ? new(job.Done, job.Total, 0)
                : null,
            source.Warnings()
        );
    }

    private static List<SigningKeyReport> ReadSigningKeys(KeyCommands commands)
    {
        var signing = new List<SigningKeyReport>();
        using var rows = commands.SigningKeys.Query();
        while (rows.Read())
        {
            signing.Add(new(rows.GetString(0), rows.Time(1), rows.OptionalTime(2)));
        }

        return signing;
    }
}

/// <param name="MasterKeyId">The id of the master key.</param>
/// <param name="MasterKeyPlace">Where it comes from.</param>
/// <param name="NextMasterKeyId">The id of one that an interrupted rotation left beside it; else null.</param>
/// <param name="DataKeys">The data keys, oldest first.</param>
/// <param name="SigningKeys">The portal's signing keys, oldest first.</param>
/// <param name="Rotation">Where a rotation of the data keys stands that is not finished; else null.</param>
/// <param name="Warnings">What is not as it should be about where the master key lies.</param>
public sealed record KeyReport(
    string MasterKeyId,
    string MasterKeyPlace,
    string? NextMasterKeyId,
    IReadOnlyList<DataKeyReport> DataKeys,
    IReadOnlyList<SigningKeyReport> SigningKeys,
    RotationProgress? Rotation,
    IReadOnlyList<string> Warnings
);

/// <param name="Id">Stands in everything that it seals.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="State">Whether it seals.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="SealCount">How often it has sealed, counted ahead: at most 2³¹.</param>
/// <param name="Values">How many values it holds.</param>
public sealed record DataKeyReport(
    string Id,
    DataKeyPurpose Purpose,
    DataKeyState State,
    DateTimeOffset CreatedAt,
    long SealCount,
    long Values
);

/// <param name="Fingerprint">SHA-256 over the SubjectPublicKeyInfo, 64 hexadecimal characters.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="RetiredAt">Since when it signs no more; null for the one that does.</param>
public sealed record SigningKeyReport(
    string Fingerprint,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RetiredAt
);
