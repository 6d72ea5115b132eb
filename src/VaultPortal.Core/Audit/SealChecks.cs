using Microsoft.Data.Sqlite;

namespace VaultPortal.Core.Audit;

/// <summary>The seals of the database and those from outside, compared with the entries while they pass.</summary>
internal sealed class SealChecks
{
    private readonly Dictionary<long, List<Check>> _checks = [];
    private readonly FindingList _early = new();
    private readonly HashSet<string> _trusted;

    public SealChecks(SqliteConnection connection, AuditVerification verification)
    {
        _trusted = verification.TrustedFingerprints.ToHashSet(StringComparer.OrdinalIgnoreCase);
        AddStored(connection);
        if (verification.SealsFile is { } file)
        {
            AddForeign(file);
        }
    }

    public long SealedTo { get; private set; }

    public long VouchedTo { get; private set; }

    public int Untrusted { get; private set; }

    public void Visit(long sequence, ReadOnlySpan<byte> hash, FindingList findings)
    {
        if (!_checks.Remove(sequence, out var checks))
        {
            return;
        }

        foreach (var check in checks)
        {
            if (!hash.SequenceEqual(check.Content.HeadHash))
            {
                Differs(check, $"The entry {sequence} is not the one that was sealed.", findings);
            }
            else
            {
                Agree(check, sequence);
            }
        }
    }

    /// <summary>After the last entry: seals of entries that are not there, and of other chains.</summary>
    public void End(long last, string? chainId, FindingList findings)
    {
        findings.List.AddRange(_early.List);
        foreach (var check in _checks.Values.SelectMany(checks => checks))
        {
            if (check.Content.ChainId != chainId)
            {
                // A restore began another chain: its first entry names the old one.
                continue;
            }

            findings.Add(
                check.Content.Sequence > last
                    ? AuditFindingKind.Truncated
                    : AuditFindingKind.Missing,
                check.Content.Sequence,
                $"A seal covers the entry {check.Content.Sequence}, which is missing."
            );
        }
    }

    private void Agree(Check check, long sequence)
    {
        if (check.Foreign)
        {
            VouchedTo = Math.Max(VouchedTo, sequence);
        }
        else
        {
            SealedTo = Math.Max(SealedTo, sequence);
        }
    }

    private static void Differs(Check check, string message, FindingList findings) =>
        findings.Add(
            check.Foreign ? AuditFindingKind.ForeignSealDiffers : AuditFindingKind.SealInvalid,
            check.Content.Sequence,
            message
        );

    private void AddStored(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT sequence, text, hash, signature, public_key FROM audit_seal ORDER BY sequence";
        using var rows = command.ExecuteReader();
        byte[]? previous = null;
        while (rows.Read())
        {
            var seal = new AuditSeal
            {
                Sequence = rows.GetInt64(0),
                Text = rows.GetString(1),
                Hash = rows.GetFieldValue<byte[]>(2),
                Signature = rows.GetFieldValue<byte[]>(3),
                PublicKey = rows.GetFieldValue<byte[]>(4),
                CreatedAt = default,
            };
            if (
                SealContent.Verified(seal) is { } content
                && content.PreviousSeal.AsSpan().SequenceEqual(previous)
            )
            {
                Add(new Check(content, Foreign: false));
            }
            else
            {
                _early.Add(
                    AuditFindingKind.SealInvalid,
                    seal.Sequence,
                    $"The stored seal of the entry {seal.Sequence} is not valid, or the one before it is missing."
                );
            }

            previous = seal.Hash;
        }
    }

    private void AddForeign(string file)
    {
        foreach (var line in File.ReadLines(file).Where(line => line.Length > 0))
        {
            if (
                SealContent.TryReadLine(line, out var seal)
                && SealContent.Verified(seal) is { } content
                && _trusted.Contains(content.Key)
            )
            {
                Add(new Check(content, Foreign: true));
            }
            else
            {
                Untrusted++;
            }
        }
    }

    private void Add(Check check)
    {
        if (!_checks.TryGetValue(check.Content.Sequence, out var checks))
        {
            _checks[check.Content.Sequence] = checks = [];
        }

        checks.Add(check);
    }

    private sealed record Check(SealContent Content, bool Foreign);
}
