using System.Text.Json.Nodes;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Tokens;
using Xunit;

namespace VaultPortal.Tests.Unit.Tokens;

/// <summary>When the keys of an issuer are fetched, and when not.</summary>
public sealed class IssuerKeysTests : IDisposable
{
    private const string Iss = "https://ci.example.com";

    private readonly TokenWorld _world = new();
    private readonly ForeignKey _key = new("EdDSA", "k1");
    private readonly ForeignKey _next = new("EdDSA", "k2");

    [Fact]
    public async Task Keys_are_fetched_once_before_an_issuer_is_stored_and_used_from_then_on()
    {
        await TrustAsync();
        _world.Jwks.Fetches.ShouldBe(1);

        for (var i = 0; i < 10; i++)
        {
            (await Try(_key)).Succeeded.ShouldBeTrue();
        }

        _world.Jwks.Fetches.ShouldBe(1);
    }

    [Fact]
    public async Task Another_process_fetches_them_with_the_first_token()
    {
        await TrustAsync();
        var other = new IssuedTokens(
            _world.Accounts.Reads,
            new IssuerKeys(_world.Jwks, _world.Time),
            _world.Time
        );

        (await Verify(other, _key)).Caller.ShouldNotBeNull();

        _world.Jwks.Fetches.ShouldBe(2);
    }

    [Fact]
    public async Task Unknown_kid_fetches_once_a_minute_at_most_whoever_asks()
    {
        await TrustAsync();
        _world.Time.Advance(TimeSpan.FromSeconds(59));
        for (var i = 0; i < 20; i++)
        {
            (await Try(_next)).Error.ShouldBe(TokenErrors.Invalid);
        }

        _world.Jwks.Fetches.ShouldBe(1);
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 20; i++)
        {
            (await Try(_next)).Error.ShouldBe(TokenErrors.Invalid);
        }

        _world.Jwks.Fetches.ShouldBe(2);
    }

    [Fact]
    public async Task New_key_of_an_issuer_is_found_by_its_kid_and_one_taken_away_is_gone()
    {
        await TrustAsync();
        _world.Jwks.Set = ForeignKey.Set(_next.Jwk());
        (await Try(_next)).Succeeded.ShouldBeFalse();

        _world.Time.Advance(IssuerState.BetweenFetches);

        (await Try(_next)).Succeeded.ShouldBeTrue();
        (await Try(_key)).Error.ShouldBe(TokenErrors.Invalid);
    }

    [Fact]
    public async Task Keys_are_fetched_anew_after_an_hour()
    {
        await TrustAsync();
        _world.Time.Advance(IssuerState.FreshFor - TimeSpan.FromSeconds(1));
        await Try(_key);
        _world.Jwks.Fetches.ShouldBe(1);

        _world.Time.Advance(TimeSpan.FromSeconds(1));
        _world.Jwks.Set = ForeignKey.Set(_next.Jwk());

        (await Try(_key)).Error.ShouldBe(TokenErrors.Invalid);
        _world.Jwks.Fetches.ShouldBe(2);
    }

    [Fact]
    public async Task Keys_stay_in_use_for_a_day_while_no_new_ones_come()
    {
        await TrustAsync();
        _world.Jwks.Set = null;
        _world.Time.Advance(IssuerState.UsableFor - TimeSpan.FromSeconds(1));
        (await Try(_key)).Succeeded.ShouldBeTrue();
        (await View()).FetchProblem.ShouldBe(_world.Jwks.Problem);

        _world.Time.Advance(TimeSpan.FromSeconds(1));

        var refused = (await Try(_key)).Error!;
        (refused.Kind, refused.RetryAfter).ShouldBe(
            (ErrorKind.Unavailable, TimeSpan.FromMinutes(1))
        );
        _world.Jwks.Set = ForeignKey.Set(_key.Jwk());
        _world.Time.Advance(IssuerState.BetweenFetches);
        (await Try(_key)).Succeeded.ShouldBeTrue();
        (await View()).FetchProblem.ShouldBeNull();
    }

    [Fact]
    public async Task Address_that_fails_is_asked_once_a_minute()
    {
        await TrustAsync();
        _world.Jwks.Set = null;
        _world.Time.Advance(IssuerState.FreshFor);

        for (var i = 0; i < 10; i++)
        {
            (await Try(_key)).Succeeded.ShouldBeTrue();
            (await Try(_next)).Succeeded.ShouldBeFalse();
        }

        _world.Jwks.Fetches.ShouldBe(2);
    }

    [Fact]
    public async Task Callers_at_once_wait_for_one_fetch()
    {
        await TrustAsync();
        _world.Time.Advance(IssuerState.BetweenFetches);
        var gate = new TaskCompletionSource();
        _world.Jwks.Gate = gate.Task;
        _world.Jwks.Set = ForeignKey.Set(_key.Jwk(), _next.Jwk());

        var waiting = Enumerable.Range(0, 20).Select(_ => Try(_next)).ToList();
        (await Try(_key)).Succeeded.ShouldBeTrue();
        waiting.ShouldAllBe(task => !task.IsCompleted);
        gate.SetResult();

        (await Task.WhenAll(waiting)).ShouldAllBe(result => result.Succeeded);
        _world.Jwks.Fetches.ShouldBe(2);
    }

    [Fact]
    public async Task Caller_that_gives_up_leaves_the_fetch_to_the_others()
    {
        await TrustAsync();
        _world.Time.Advance(IssuerState.BetweenFetches);
        var gate = new TaskCompletionSource();
        _world.Jwks.Gate = gate.Task;
        _world.Jwks.Set = ForeignKey.Set(_next.Jwk());
        using var ending = new CancellationTokenSource();
        var tokens = new IssuedTokens(_world.Accounts.Reads, _world.IssuerKeys, _world.Time);

        var impatient = Verify(tokens, _next, ending.Token);
        var patient = Verify(tokens, _next);
        await ending.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => impatient);
        gate.SetResult();

        (await patient).Caller.ShouldNotBeNull();
    }

    [Fact]
    public async Task Change_of_the_rules_keeps_the_keys_and_one_of_the_address_does_not()
    {
        var id = await TrustAsync();
        await _world.Issuers.SetDisabledAsync(Caller.Command(), id, true);
        await _world.Issuers.SetDisabledAsync(Caller.Command(), id, false);
        (await Try(_key)).Succeeded.ShouldBeTrue();
        _world.Jwks.Fetches.ShouldBe(1);

        _world.Jwks.Set = ForeignKey.Set(_next.Jwk());
        await _world.Issuers.UpdateAsync(
            Caller.Command(),
            id,
            3,
            Draft() with
            {
                JwksUri = "https://ci.example.com/other",
            }
        );

        (await Try(_key)).Error.ShouldBe(TokenErrors.Invalid);
        (await Try(_next)).Succeeded.ShouldBeTrue();
        _world.Jwks.Fetches.ShouldBe(2);
        _world.Jwks.Asked[1].ShouldBe(("https://ci.example.com/other", false));
    }

    [Fact]
    public async Task Unknown_issuers_fetch_nothing()
    {
        await TrustAsync();
        var claims = Claims();
        claims["iss"] = "https://stranger.example.com";
        _world.Time.Advance(TimeSpan.FromHours(2));

        await _world.AuthenticateAsync($"Bearer {_key.Sign(_key.Header(), claims)}");

        _world.Jwks.Fetches.ShouldBe(1);
    }

    public void Dispose()
    {
        _world.Dispose();
        _key.Dispose();
        _next.Dispose();
    }

    private JsonObject Claims()
    {
        var now = _world.Time.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = Iss,
            ["aud"] = "vault",
            ["sub"] = "job",
            ["exp"] = now + 600,
        };
    }

    private static TrustedIssuerDraft Draft() =>
        new()
        {
            Name = "CI",
            Issuer = Iss,
            Audience = "vault",
            JwksUri = "https://ci.example.com/keys",
            Mappings = [new ClaimMapping("sub", "job", ["secrets.read"])],
        };

    private async Task<PublicId> TrustAsync()
    {
        _world.Jwks.Set = ForeignKey.Set(_key.Jwk());
        return (await _world.Issuers.CreateAsync(Caller.Command(), Draft())).Value;
    }

    private Task<Result<Caller>> Try(ForeignKey key) =>
        _world.AuthenticateAsync($"Bearer {key.Sign(key.Header(), Claims())}");

    private Task<TokenVerdict> Verify(
        IssuedTokens tokens,
        ForeignKey key,
        CancellationToken cancellation = default
    )
    {
        var token = Jws.Parse(key.Sign(key.Header(), Claims()))!;
        return tokens
            .VerifyAsync(token, TokenClaims.Parse(token.Payload)!, null, "call", cancellation)
            .AsTask();
    }

    private async Task<TrustedIssuerView> View() =>
        (await _world.Issuers.ListAsync(Caller.Command())).Value.Single();
}
