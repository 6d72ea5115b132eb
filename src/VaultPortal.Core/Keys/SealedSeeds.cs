using System.Text;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Keys;

/// <summary>The seeds of the portal's signing keys, bound to table, column and fingerprint.</summary>
public sealed class SealedSeeds : ISealedColumn
{
    public static string Table => "portal_signing_key";

    public static string Column => "sealed_seed";

    public static string Bound => "fingerprint";

    public static byte[]? AdditionalData(PreparedRows row, int first)
    {
        ArgumentNullException.ThrowIfNull(row);
        return AdditionalData(row.GetString(first));
    }

    internal static byte[] AdditionalData(string fingerprint) =>
        Encoding.UTF8.GetBytes($"portal_signing_key|sealed_seed|{fingerprint}");
}
