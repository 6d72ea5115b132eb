using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Notifications;

/// <summary>The secrets that webhooks are signed with: 32 random bytes, shown once as <c>whsec_</c> and their base64.</summary>
internal static class WebhookSecret
{
    public const int Size = 32;
    public const string Prefix = "whsec_";

    public static byte[] New() => RandomNumberGenerator.GetBytes(Size);

    public static string ToText(ReadOnlySpan<byte> secret) =>
        Prefix + Convert.ToBase64String(secret);

    /// <summary>What a sealed secret belongs to: one that is moved to another webhook does not open.</summary>
    public static byte[] Binding(PublicId webhook) =>
        Encoding.ASCII.GetBytes($"vaultportal:webhook-secret:v1:{webhook}");
}

/// <summary>The secrets of webhooks, each bound to its webhook.</summary>
public sealed class SealedWebhookSecrets : ISealedColumn
{
    public static string Table => "webhook";

    public static string Column => "sealed_secret";

    public static string Bound => "public_id";

    public static byte[]? AdditionalData(PreparedRows row, int first)
    {
        ArgumentNullException.ThrowIfNull(row);
        return WebhookSecret.Binding(row.Id(first));
    }
}
