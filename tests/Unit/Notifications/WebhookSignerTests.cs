using System.Text;
using Shouldly;
using VaultPortal.Core.Common;
using VaultPortal.Core.Notifications;
using Xunit;

namespace VaultPortal.Tests.Unit.Notifications;

public sealed class WebhookSignerTests
{
    /// <summary>The MACs were computed by another implementation of HMAC.</summary>
    [Theory]
    [InlineData(
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "0123456789abcdef01234567",
        1795168800,
        """{"type":"webhook.test"}""",
        "v1,D3yoAhdgCWZP2ttHMUPQPJX8q3WHH83wsbMGZ2a5V2I="
    )]
    [InlineData(
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffff",
        0,
        "",
        "v1,Iq67dBRek1VMVgOassQ5lQpzSDPHnLBqAXFdy1MSXmg="
    )]
    [InlineData(
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "0123456789abcdef01234567",
        1795168801,
        """{"title":"Schlüssel 🔑"}""",
        "v1,+KYtlm6PKkQFnG4MwrMxBdS+hT+iyAlokegTeGzOXnM="
    )]
    public void Signature_is_the_one_that_others_compute(
        string secret,
        string id,
        long timestamp,
        string body,
        string signature
    ) =>
        WebhookSigner
            .Sign(
                Convert.FromHexString(secret),
                PublicId.Parse(id),
                timestamp,
                Encoding.UTF8.GetBytes(body)
            )
            .ShouldBe(signature);

    [Fact]
    public void Secret_is_shown_as_the_standard_writes_it()
    {
        var secret = WebhookSecret.New();

        secret.Length.ShouldBe(32);
        WebhookSecret.ToText(secret).ShouldBe("whsec_" + Convert.ToBase64String(secret));
        WebhookSecret.New().ShouldNotBe(secret);
    }
}
