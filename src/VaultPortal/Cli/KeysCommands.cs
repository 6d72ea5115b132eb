using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Keys;
using VaultPortal.Cryptography;

namespace VaultPortal.Cli;

/// <summary><c>keys status</c>, <c>keys rotate-master</c>, <c>keys rotate-data</c>, <c>keys rotate-signing</c>: all beside a running server.</summary>
internal static class KeysCommands
{
    private static readonly Option<bool> NewKeyStdin = new("--new-key-stdin")
    {
        Description =
            $"Read the new master key (base64 of 32 bytes) from the first line of standard input; else {EnvironmentMasterKeySource.NewVariable}, else the source makes one",
    };

    private static readonly Option<bool> Resume = new("--resume")
    {
        Description =
            "Make no new key: go on with an interrupted rotation, or seal anew what older keys still hold",
    };

    public static Command Make() =>
        new("keys", "The portal's own keys")
        {
            new Command("status", "Says which keys there are and what they hold").Does(
                "keys-status",
                StatusAsync
            ),
            new Command(
                "rotate-master",
                "Exchanges the master key: wraps the data keys by a new one"
            )
            {
                NewKeyStdin,
            }.Does("keys-rotate-master", RotateMasterAsync),
            new Command(
                "rotate-data",
                "Makes a new data key and seals everything anew; goes on where it was interrupted"
            )
            {
                Resume,
            }.Does("keys-rotate-data", RotateDataAsync),
            new Command(
                "rotate-signing",
                "Makes a new signing key for tokens and audit seals; the old one still verifies"
            ).Does("keys-rotate-signing", RotateSigningAsync),
        };

    private static async Task<Result<CommandAnswer>> StatusAsync(
        ParseResult parsed,
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        var report = await services
            .GetRequiredService<KeyStatus>()
            .ReadAsync(Caller.Command(), cancellation);
        var warnings = Warnings(report);
        return new CommandAnswer(TextOf(report), JsonOf(report, warnings))
        {
            Remark = warnings.Count == 0 ? null : string.Join(Environment.NewLine, warnings),
        };
    }

    private static async Task<Result<CommandAnswer>> RotateMasterAsync(
        ParseResult parsed,
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        var text = parsed.GetValue(NewKeyStdin)
            ? await Console.In.ReadLineAsync(cancellation) ?? ""
            : Environment.GetEnvironmentVariable(EnvironmentMasterKeySource.NewVariable);
        var given = text is null ? null : MasterKeyText.Parse(text, "What was given");
        var change = await services
            .GetRequiredService<MasterKeyRotation>()
            .RunAsync(Caller.Command(), given, cancellation);
        return new CommandAnswer(
            $"The master key is {change.Now} now; it was {change.Before}. {change.DataKeys} data keys were wrapped by it.",
            new JsonObject
            {
                ["before"] = change.Before,
                ["now"] = change.Now,
                ["dataKeys"] = change.DataKeys,
            }
        )
        {
            Remark = change.Advice,
        };
    }

    private static async Task<Result<CommandAnswer>> RotateDataAsync(
        ParseResult parsed,
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        var change = await services
            .GetRequiredService<DataKeyRotation>()
            .RunAsync(
                Caller.Command(),
                makeKey: !parsed.GetValue(Resume),
                new ProgressLine(services.GetRequiredService<TimeProvider>()),
                cancellation
            );
        return new CommandAnswer(
            $"Everything is sealed under the data key {change.KeyId} now: {change.Resealed} values were sealed anew{(change.Resumed ? " since the interruption" : "")}, {change.Older} are left under older keys.",
            new JsonObject
            {
                ["key"] = change.KeyId,
                ["resumed"] = change.Resumed,
                ["resealed"] = change.Resealed,
                ["older"] = change.Older,
                ["damaged"] = new JsonArray([
                    .. change.Damaged.Select(row => JsonValue.Create(row)),
                ]),
            }
        )
        {
            Remark = RemarkOn(change),
            ExitCode = change.Damaged.Count == 0 ? 0 : CommandLine.Failed,
        };
    }

    private static string? RemarkOn(DataKeyChange change) =>
        change.Damaged.Count > 0
            ? $"{change.Damaged.Count} values cannot be opened and stay as they are. Restore them from a backup, or erase what they belong to: {string.Join(", ", change.Damaged)}."
        : change.Older > 0
            ? "Some were written meanwhile under an older key: run keys rotate-data --resume."
        : null;

    private static async Task<Result<CommandAnswer>> RotateSigningAsync(
        ParseResult parsed,
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        var change = await services
            .GetRequiredService<SigningKeyRotation>()
            .RunAsync(Caller.Command(), cancellation);
        return new CommandAnswer(
            change.Now,
            new JsonObject { ["before"] = change.Before, ["now"] = change.Now }
        )
        {
            Remark =
                "Whoever checks seals of the audit by --trust needs the new fingerprint as well as the old one.",
        };
    }

    private static List<string> Warnings(KeyReport report)
    {
        var warnings = report.Warnings.ToList();
        if (report.NextMasterKeyId is { } next)
        {
            warnings.Add(
                $"A rotation of the master key to {next} was begun and is not finished: run keys rotate-master."
            );
        }

        if (report.Rotation is { } rotation)
        {
            warnings.Add(
                $"A rotation of the data keys is not finished ({rotation.Done} of {rotation.Total}): run keys rotate-data."
            );
        }

        warnings.AddRange(
            report
                .DataKeys.Where(key =>
                    key.State == DataKeyState.Current && key.SealCount >= SealCounts.ReplaceAt
                )
                .Select(key =>
                    $"The data key {key.Id} has sealed half as often as it may: run keys rotate-data."
                )
        );
        return warnings;
    }

    private static string TextOf(KeyReport report)
    {
        var text = new StringBuilder()
            .Append(
                CultureInfo.InvariantCulture,
                $"Master key   {report.MasterKeyId}, from {report.MasterKeyPlace}"
            )
            .AppendLine();
        foreach (var key in report.DataKeys)
        {
            text.Append(
                    CultureInfo.InvariantCulture,
                    $"Data key     {key.Id}, {NameOf(key)}, of {key.CreatedAt:yyyy-MM-dd}, sealed at most {key.SealCount} times, holds {key.Values} values"
                )
                .AppendLine();
        }

        foreach (var key in report.SigningKeys)
        {
            var state = key.RetiredAt is { } retired
                ? $"verifies since {retired:yyyy-MM-dd}"
                : "signs";
            text.Append(CultureInfo.InvariantCulture, $"Signing key  {key.Fingerprint}, {state}")
                .AppendLine();
        }

        return text.ToString().TrimEnd();
    }

    private static JsonObject JsonOf(KeyReport report, List<string> warnings) =>
        new()
        {
            ["masterKey"] = new JsonObject
            {
                ["id"] = report.MasterKeyId,
                ["source"] = report.MasterKeyPlace,
                ["next"] = report.NextMasterKeyId,
            },
            ["dataKeys"] = new JsonArray([
                .. report.DataKeys.Select(key => new JsonObject
                {
                    ["id"] = key.Id,
                    ["state"] = NameOf(key),
                    ["createdAt"] = UtcTime.ToText(key.CreatedAt),
                    ["sealCount"] = key.SealCount,
                    ["values"] = key.Values,
                }),
            ]),
            ["signingKeys"] = new JsonArray([
                .. report.SigningKeys.Select(key => new JsonObject
                {
                    ["fingerprint"] = key.Fingerprint,
                    ["createdAt"] = UtcTime.ToText(key.CreatedAt),
                    ["retiredAt"] = key.RetiredAt is { } retired ? UtcTime.ToText(retired) : null,
                }),
            ]),
            ["rotation"] = report.Rotation is { } rotation
                ? new JsonObject { ["done"] = rotation.Done, ["total"] = rotation.Total }
                : null,
            ["warnings"] = new JsonArray([.. warnings.Select(line => JsonValue.Create(line))]),
        };

    private static string NameOf(DataKeyReport key) =>
        (key.Purpose, key.State) switch
        {
            (DataKeyPurpose.Derives, _) => "derives",
            (_, DataKeyState.Current) => "current",
            _ => "opens",
        };

    /// <summary>How far it is, on standard error, once a second.</summary>
    private sealed class ProgressLine(TimeProvider time) : IProgress<RotationProgress>
    {
        private DateTimeOffset _said;

        public void Report(RotationProgress value)
        {
            var now = time.GetUtcNow();
            if (now - _said < TimeSpan.FromSeconds(1) && value.Done < value.Total)
            {
                return;
            }

            _said = now;
            Console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{value.Done} of {value.Total} values, {value.PerSecond:F0}/s"
                )
            );
        }
    }
}
