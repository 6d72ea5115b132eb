using System.Security.Cryptography;

namespace VaultPortal.Hosting;

/// <summary>The number by which one answer's policy lets that answer's own import map through, and no other inline script.</summary>
public static class PageNonce
{
    private const int Bytes = 16;
    private static readonly object Key = new();

    /// <summary>Random, and the same however often one answer asks.</summary>
    public static string For(HttpContext http)
    {
        var nonce = Of(http) ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes));
        http.Items[Key] = nonce;
        return nonce;
    }

    /// <summary>Null where the answer has no page that asked for one.</summary>
    public static string? Of(HttpContext http) => http.Items[Key] as string;
}
