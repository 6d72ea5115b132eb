using System.Diagnostics;
using VaultPortal.Cryptography;

namespace VaultPortal.Bench.Floors;

/// <summary>Ed25519 signatures over 700 bytes (a detail checkpoint of a small item) verified a second on one core.</summary>
internal static class SignatureFloor
{
    public static double Measure(TimeSpan duration)
    {
        using var key = SigningKey.Generate();
        var message = new byte[700];
        Random.Shared.NextBytes(message);
        var signature = key.Sign(message);
        var verified = 0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < duration)
        {
            for (var i = 0; i < 100; i++)
            {
                verified += key.PublicKey.Verify(message, signature) ? 1 : 0;
            }
        }

        return verified / clock.Elapsed.TotalSeconds;
    }
}
