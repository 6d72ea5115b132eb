using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Notifications;

/// <summary>
/// Signs messages as Standard Webhooks 1.0 says (section "Signature scheme"): HMAC-SHA-256 over
/// <c>id.timestamp.body</c>, the timestamp in whole seconds since 1970. Neither an id nor a timestamp can hold a full stop, so what is
/// signed can be taken apart in one way only.
/// </summary>
internal static class WebhookSigner
{
    /// <summary>The value of <c>webhook-signature</c>: <c>v1,</c> and the MAC in base64.</summary>
    /// <param name="secret">The key, as <see cref="WebhookSecret"/> makes it.</param>
    /// <param name="id">The message's id: the same in each try.</param>
    /// <param name="timestamp">When this try is made, in seconds since 1970: the value of <c>webhook-timestamp</c>.</param>
    /// <param name="body">The very bytes that are sent.</param>
    public static string Sign(
        ReadOnlySpan<byte> secret,
        PublicId id,
        long timestamp,
        ReadOnlySpan<byte> body
    )
    {
        var head = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")
        );
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        mac.AppendData(head);
        mac.AppendData(body);
        return "v1," + Convert.ToBase64String(mac.GetHashAndReset());
    }
}
