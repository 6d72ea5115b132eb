using System.Globalization;
using System.Security.Cryptography;

namespace VaultPortal.Bench.Scenarios;

/// <summary>Environment secrets as they are seeded: a key by number, a random value of 32 characters.</summary>
internal static class SeededSecret
{
    public static string Key(int secret) =>
        string.Create(CultureInfo.InvariantCulture, $"SERVICE_{secret % 97}_TOKEN_{secret}");

    public static string NewValue() => RandomNumberGenerator.GetHexString(32);
}
