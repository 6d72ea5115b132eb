using System.Net;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Tokens;
using VaultPortal.Tests.Unit.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Tokens;

public sealed class TokenAuthenticatorTests : IDisposable
{
    private readonly TokenWorld _world = new();

    [Theory]
    [InlineData(ApiKeyFormat.Portal)]
    [InlineData(ApiKeyFormat.Secrets)]
    public async Task Api_key_is_taken_as_bearer_in_its_own_header_and_in_both(ApiKeyFormat format)
    {
        var key = await Key(format);

        foreach (
            var (bearer, own) in ((string?, string?)[])
                [
                    ($"Bearer {key}", null),
                    ($"bearer  {key}", null),
                    (null, key),
                    ($"BEARER {key}", key),
                ]
        )
        {
            var caller = (await _world.AuthenticateAsync(bearer, own)).Value;
            (caller.Kind, caller.Actor).ShouldBe(
                (CallerKind.Machine, $"key:{ApiKeyText.AccessKeyOf(key)}")
            );
        }
    }

    [Fact]
    public async Task Nothing_or_another_scheme_is_missing()
    {
        foreach (
            var header in (string?[])[null, "", " ", "Bearer", "Bearer ", "Basic YTpi", "token x"]
        )
        {
            (await _world.AuthenticateAsync(header)).Error.ShouldBe(TokenErrors.Missing);
        }

        (await _world.RefusalsAsync()).ShouldBe(["missing"]);
    }

    [Fact]
    public async Task Two_credentials_that_differ_are_refused_though_each_is_good()
    {
        var one = await Key(ApiKeyFormat.Secrets);
        var other = await Key(ApiKeyFormat.Portal);
        var token = (await SignIn()).Token;

        foreach (
            var (bearer, own) in ((string, string)[])
                [
                    ($"Bearer {one}", other),
                    ($"Bearer {token}", one),
                    ($"Basic {one}", one),
                    (one, one),
                    ($"Bearer {one}", one + " "),
                ]
        )
        {
            (await _world.AuthenticateAsync(bearer, own)).Error.ShouldBe(TokenErrors.Differ);
        }
    }

    [Fact]
    public async Task Several_headers_of_a_kind_are_refused_even_alike()
    {
        var key = await Key(ApiKeyFormat.Secrets);

        (await Authenticate([$"Bearer {key}", $"Bearer {key}"], [])).Error.ShouldBe(
            TokenErrors.Differ
        );
        (await Authenticate([], [key, key])).Error.ShouldBe(TokenErrors.Differ);
        (await Authenticate([$"Bearer {key}, Bearer {key}"], [])).Error.ShouldBe(
            TokenErrors.InvalidApiKey
        );
    }

    [Theory]
    [InlineData("rk_nonsense", "api_key_invalid")]
    [InlineData("ik_nonsense", "api_key_invalid")]
    [InlineData("RK_nonsense", "token_invalid")]
    [InlineData("nonsense", "token_invalid")]
    [InlineData("a.b.c", "token_invalid")]
    public async Task Bad_bearer_is_refused_in_its_own_dialect(string bearer, string code)
    {
        (await _world.AuthenticateAsync($"Bearer {bearer}")).Error!.Code.ShouldBe(code);
    }

    [Fact]
    public async Task Token_in_the_header_of_keys_is_no_key()
    {
        var token = (await SignIn()).Token;

        (await _world.AuthenticateAsync(null, token)).Error.ShouldBe(TokenErrors.InvalidApiKey);
    }

    [Fact]
    public async Task Revoked_key_is_refused_in_the_dialect_of_keys()
    {
        var key = await Key(ApiKeyFormat.Secrets);
        _world.Accounts.Store.Execute("UPDATE api_key SET revoked_at = 1");

        (await _world.AuthenticateAsync($"Bearer {key}")).Error.ShouldBe(TokenErrors.InvalidApiKey);
        (await _world.RefusalsAsync()).ShouldBe(["revoked"]);
    }

    [Fact]
    public async Task Address_that_guesses_tokens_is_limited_and_good_ones_are_served_from_it()
    {
        var token = (await SignIn()).Token;
        for (var i = 0; i < GuessGuard.PerMinute; i++)
        {
            (await _world.AuthenticateAsync($"Bearer {i}")).Error!.Code.ShouldBe("token_invalid");
        }

        (await _world.AuthenticateAsync("Bearer x")).Error!.Code.ShouldBe("rate_limit_exceeded");
        (await _world.AuthenticateAsync($"Bearer {token}")).Succeeded.ShouldBeTrue();
        (await _world.AuthenticateAsync("Bearer x", source: "198.51.100.1")).Error.ShouldBe(
            TokenErrors.Invalid
        );
    }

    [Fact]
    public async Task Expired_token_of_a_good_signature_is_no_guess()
    {
        var token = (await SignIn()).Token;
        _world.Time.Advance(PortalTokens.Lifetime);

        for (var i = 0; i < 2 * GuessGuard.PerMinute; i++)
        {
            (await _world.AuthenticateAsync($"Bearer {token}")).Error.ShouldBe(TokenErrors.Expired);
        }

        (await _world.RefusalsAsync()).ShouldBe(["token_expired"]);
    }

    [Fact]
    public async Task Expired_token_of_a_wrong_signature_is_a_guess_and_not_called_expired()
    {
        var token = (await SignIn()).Token;
        _world.Time.Advance(PortalTokens.Lifetime);
        var parts = token.Split('.');
        var forged = $"{parts[0]}.{parts[1]}.{new string('A', 86)}";

        (await _world.AuthenticateAsync($"Bearer {forged}")).Error.ShouldBe(TokenErrors.Invalid);
        (await _world.RefusalsAsync()).ShouldBe(["token_signature_wrong"]);
    }

    public void Dispose() => _world.Dispose();

    private ValueTask<Result<Caller>> Authenticate(string?[] authorization, string?[] apiKey) =>
        _world.Authenticator.AuthenticateAsync(
            authorization,
            apiKey,
            IPAddress.Loopback,
            "call",
            default
        );

    private async Task<string> Key(ApiKeyFormat format)
    {
        await _world.Accounts.CreateAsync();
        var made = await _world.ApiKeys.CreateAsync(
            Caller.Command(),
            new NewApiKey
            {
                Owner = AccountWorld.Email,
                Name = "ci",
                Permissions = ["secrets.read"],
                Format = format,
            }
        );
        return made.Value.Key;
    }

    private async Task<IssuedToken> SignIn()
    {
        await _world.Accounts.CreateAsync();
        var signedIn = await _world.AccessTokens.SignInAsync(
            _world.Accounts.Stranger(),
            AccountWorld.Email,
            AccountWorld.Password
        );
        return signedIn.Value;
    }
}
