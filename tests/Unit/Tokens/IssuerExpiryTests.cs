using System.Text.Json.Nodes;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Tokens;
using VaultPortal.Tests.Unit.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Tokens;

/// <summary>A trusted issuer whose keys are not trusted any more from a moment on.</summary>
public sealed class IssuerExpiryTests : IDisposable
{
    private const string Iss = "https://ci.example.com";
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly TokenWorld _world = new();
    private readonly ForeignKey _key = new("ES256");

    private DateTimeOffset Now => _world.Time.GetUtcNow();

    public void Dispose()
    {
        _world.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task Token_is_refused_from_the_very_instant_as_of_a_disabled_issuer()
    {
        await TrustAsync();
        Expire(Now.AddMinutes(5));
        var caller = (await Authenticate()).Value;
        _world.Time.Advance(TimeSpan.FromMinutes(5) - Millisecond);
        (await Authenticate()).Succeeded.ShouldBeTrue();
        (await _world.StandingAsync(caller)).Succeeded.ShouldBeTrue();

        _world.Time.Advance(Millisecond);

        (await Authenticate()).Error!.Code.ShouldBe("token_invalid");
        (await _world.StandingAsync(caller)).Error!.Code.ShouldBe("unauthorized");
        (await _world.RefusalsAsync()).ShouldBe(["token_issuer_unknown"]);
    }

    [Fact]
    public async Task Policy_that_only_warns_gives_an_expired_issuer_no_power()
    {
        await TrustAsync();
        var caller = (await Authenticate()).Value;
        _world.Accounts.Queue.Warn(LifetimeKind.TrustedIssuer);
        Expire(Now);

        (await Authenticate()).Error!.Code.ShouldBe("token_invalid");
        (await _world.StandingAsync(caller)).Error!.Code.ShouldBe("unauthorized");
    }

    [Fact]
    public async Task New_issuer_gets_the_default_and_an_edit_keeps_it()
    {
        _world.Accounts.Queue.Limit(LifetimeKind.TrustedIssuer);
        var id = await TrustAsync();
        var expiry = Now.AddDays(90);
        _world.Time.Advance(TimeSpan.FromDays(1));

        await _world.Issuers.UpdateAsync(Caller.Command(), id, 1, Draft() with { Name = "other" });
        await _world.Issuers.SetDisabledAsync(Caller.Command(), id, true);
        await _world.Issuers.SetDisabledAsync(Caller.Command(), id, false);

        var issuer = (await _world.Issuers.GetAsync(Caller.Command(), id)).Value;
        (issuer.Name, issuer.ExpiresAt).ShouldBe(("other", expiry));
    }

    private async Task<PublicId> TrustAsync() =>
        (await _world.Issuers.CreateAsync(Caller.Command(), Draft())).Value;

    private void Expire(DateTimeOffset at) =>
        _world.Accounts.Store.Execute(
            $"UPDATE trusted_issuer SET expires_at = {UtcTime.ToMicroseconds(at)}"
        );

    private Task<Result<Caller>> Authenticate()
    {
        var now = Now.ToUnixTimeSeconds();
        return _world.AuthenticateAsync(
            $"Bearer {_key.Sign(
                _key.Header(),
                new JsonObject
                {
                    ["iss"] = Iss,
                    ["aud"] = "https://vault.example.org",
                    ["sub"] = "repo:acme/app",
                    ["iat"] = now,
                    ["exp"] = now + 600,
                    ["environment"] = "production",
                }
            )}"
        );
    }

    private TrustedIssuerDraft Draft() =>
        new()
        {
            Name = "CI",
            Issuer = Iss,
            Audience = "https://vault.example.org",
            JwksDocument = ForeignKey.Set(_key.Jwk()),
            Mappings = [new ClaimMapping("environment", "production", ["secrets.read"])],
        };
}
