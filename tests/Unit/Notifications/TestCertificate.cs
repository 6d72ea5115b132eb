// It is what the platform's SMTP client asks; there is no other place to say whom to trust.
#pragma warning disable SYSLIB0014

using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VaultPortal.Tests.Unit.Notifications;

/// <summary>Certificates that sign themselves, and that this process trusts where a test says so.</summary>
internal static class TestCertificate
{
    private static readonly ConcurrentDictionary<string, byte> Trusted = new();

    static TestCertificate() =>
        ServicePointManager.ServerCertificateValidationCallback = static (_, shown, _, errors) =>
            errors == SslPolicyErrors.None
            || (
                errors == SslPolicyErrors.RemoteCertificateChainErrors
                && shown is not null
                && Trusted.ContainsKey(shown.GetCertHashString(HashAlgorithmName.SHA256))
            );

    /// <param name="name">A name of DNS, or an address.</param>
    public static X509Certificate2 For(string name, bool trusted)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        if (trusted)
        {
            Trusted[certificate.GetCertHashString(HashAlgorithmName.SHA256)] = 0;
        }

        return certificate;
    }
}
