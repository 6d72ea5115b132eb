using System.CommandLine;
using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Common;

namespace VaultPortal.Cli;

/// <summary><c>verify-audit</c>.</summary>
internal static class AuditCommands
{
    private static readonly Option<string?> Seals = new("--seals")
    {
        Description = "A file of seals that was kept elsewhere",
        HelpName = "FILE",
    };

    private static readonly Option<string[]> Trust = new("--trust")
    {
        Description = "Fingerprint of a signing key whose seals vouch; may be given again",
        HelpName = "FINGERPRINT",
    };

    public static Command MakeVerify() =>
        new Command("verify-audit", "Reads the whole audit chain and says what was done to it")
        {
            Seals,
            Trust,
        }.Does("verify-audit", VerifyAsync);

    private static async Task<Result<CommandAnswer>> VerifyAsync(
        ParseResult parsed,
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        var report = await services
            .GetRequiredService<AuditVerifier>()
            .VerifyAsync(
                Caller.Command(),
                new AuditVerification
                {
                    SealsFile = parsed.GetValue(Seals),
                    TrustedFingerprints = parsed.GetValue(Trust) ?? [],
                },
                cancellation
            );
        return new CommandAnswer(TextOf(report), JsonOf(report))
        {
            ExitCode = report.Intact ? 0 : CommandLine.Failed,
        };
    }

    private static string TextOf(AuditReport report)
    {
        var lines = new List<string>
        {
            report.Intact
                ? $"The chain {report.ChainId} is intact: {report.Entries} entries."
                : $"The chain {report.ChainId} was altered ({report.Entries} entries read):",
        };
        lines.AddRange(report.Findings.Select(f => $"  {TextOf(f)}"));
        lines.Add($"Seals in the database cover it up to entry {report.SealedTo}.");
        lines.Add(
            report.VouchedTo == 0
                ? "No trusted seal from outside vouches for any of it: give --seals and --trust."
                : $"Trusted seals from outside vouch for it up to entry {report.VouchedTo}; what follows is not protected against someone who can write the database and holds the signing key."
        );
        if (report.UntrustedSeals > 0)
        {
            lines.Add(
                $"{report.UntrustedSeals} lines of the seals file are no seals, or not by a trusted key."
            );
        }

        return string.Join(Environment.NewLine, lines);
    }

    private static string TextOf(AuditFinding finding) =>
        $"{finding.Kind} at entry {finding.Sequence}: {finding.Message}";

    private static JsonObject JsonOf(AuditReport report) =>
        new()
        {
            ["intact"] = report.Intact,
            ["chainId"] = report.ChainId,
            ["entries"] = report.Entries,
            ["findings"] = new JsonArray([
                .. report.Findings.Select(f => JsonValue.Create(TextOf(f))),
            ]),
            ["sealedTo"] = report.SealedTo,
            ["vouchedTo"] = report.VouchedTo,
            ["untrustedSeals"] = report.UntrustedSeals,
        };
}
