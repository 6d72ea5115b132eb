using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Secrets;

/// <summary>All values of environment secrets that can be read, on their way out: audited before any leaves.</summary>
internal sealed class EnvironmentExport(Gate gate, KeyRing keys, StepUpOptions stepUp)
{
    /// <summary>Most bytes of values that are held at once.</summary>
    public const long MaxBytes = 256L << 20;

    /// <summary>Most exports at once.</summary>
    public const int MostAtOnce = 2;

    // A work item stays short: so many secrets, whose ids stand in one entry of the audit, and about so many bytes.
    private const int StepSize = 500;
    private const int StepBytes = 4 << 20;

    private readonly ExportTurns _turns = new(MostAtOnce);

    public async Task<Result<SecretExport>> ExportAsync(
        Caller caller,
        CancellationToken cancellation
    )
    {
        var turn = _turns.TryTake();
        try
        {
            var sealedValues = await TakeAllAsync(caller, turn is not null, cancellation);
            if (sealedValues.Error is { } refused)
            {
                turn?.Dispose();
                return refused;
            }

            return new SecretExport(Open(sealedValues.Value), turn!);
        }
        catch
        {
            turn?.Dispose();
            throw;
        }
    }

    private async Task<Result<List<SealedValue>>> TakeAllAsync(
        Caller caller,
        bool hasTurn,
        CancellationToken cancellation
    )
    {
        var all = new List<SealedValue>();
        var bytes = 0L;
        while (true)
        {
            var after = all.Count == 0 ? "" : all[^1].Of.Name;
            var step = await gate.ReleaseAsync(
                caller,
                new AuditedCall("secret.export", EnvironmentImport.All, Permissions.SecretsRead),
                (scope, standing) =>
                    hasTurn ? Take(scope, standing, caller, after) : SecretErrors.ExportsUnderWay,
                cancellation
            );
            if (step.Error is { } refused)
            {
                return refused;
            }

            if (step.Value.Count == 0)
            {
                return all;
            }

            all.AddRange(step.Value);
            bytes += step.Value.Sum(value => (long)value.Sealed.Length);
            if (bytes > MaxBytes)
            {
                return new VaultError(
                    ErrorKind.TooLarge,
                    "payload_too_large",
                    "The values are more than 256 MiB together; read them one by one."
                );
            }
        }
    }

    private Result<List<SealedValue>> Take(
        WriteScope scope,
        Standing standing,
        Caller caller,
        string after
    )
    {
        if (stepUp.Reveal && Authorization.DemandStepUp(standing, scope.Now) is { } asked)
        {
            return asked;
        }

        var values = ValuesAfter(scope, after);
        foreach (var some in values.GroupBy(value => value.Of.IsExpired(scope.Now)))
        {
            var ids = string.Join(',', some.Select(value => value.Of.PublicId.ToUuid()));
            scope.Audit(
                caller,
                "secret.read_value",
                $"secret:{ids}",
                AfterExpiry.OutcomeOf(some.Key),
                some.Count()
            );
        }

        return values;
    }

    private static List<SealedValue> ValuesAfter(WriteScope scope, string key)
    {
        var commands = scope.Commands<SecretCommands>();
        // Where it is only warned of, what expired at any time is among them.
        var blocks = EnvironmentSecretService.Rule(scope).OnExpiry == OnExpiry.Block;
        var secrets = scope
            .Commands<EnvironmentBulkCommands>()
            .UsableAfter(
                key,
                blocks ? scope.Now : DateTimeOffset.MinValue,
                StepSize,
                scope.Commands<RecentVersions>()
            );
        var values = new List<SealedValue>(secrets.Count);
        var bytes = 0;
        foreach (var secret in secrets.TakeWhile(_ => bytes < StepBytes))
        {
            values.Add(commands.ValueOf(secret, secret.ValueId));
            bytes += values[^1].Sealed.Length;
        }

        return values;
    }

    private List<RevealedSecret> Open(List<SealedValue> values)
    {
        var revealed = new List<RevealedSecret>(values.Count);
        try
        {
            foreach (var value in values)
            {
                revealed.Add(value.Reveal(keys));
            }
        }
        catch
        {
            revealed.ForEach(secret => secret.Dispose());
            throw;
        }

        return revealed;
    }
}
