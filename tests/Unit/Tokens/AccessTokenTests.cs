using System.Text.Json.Nodes;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Tokens;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Tokens;

public sealed class AccessTokenTests : IDisposable
{
    private readonly TokenWorld _world = new();

    [Fact]
    public async Task Access_token_has_the_claims_of_the_contract()
    {
        var token = await _world.SignInAsync();

        var header = TokenWorld.Part(token, 0);
        header.Select(m => m.Key).ShouldBe(["alg", "typ", "kid"]);
        ((string)header["alg"]!).ShouldBe("EdDSA");
        ((string)header["kid"]!).ShouldBe(_world.Signer.Fingerprint);
        var claims = TokenWorld.Part(token, 1);
        claims
            .Select(m => m.Key)
            .ShouldBe(["iss", "aud", "sub", "role", "iat", "exp", "jti", "sid"]);
        ((string)claims["role"]!).ShouldBe("project_admin");
        ((string)claims["aud"]!).ShouldBe("vaultportal");
        ((string)claims["iss"]!).ShouldMatch("^urn:vaultportal:[0-9a-f]{32}$");
        ((long)claims["iat"]!).ShouldBe(_world.Time.GetUtcNow().ToUnixTimeSeconds());
        ((long)claims["exp"]!).ShouldBe((long)claims["iat"]! + 900);
    }

    [Fact]
    public void Access_token_of_a_configured_address_names_it_as_issuer()
    {
        var tokens = new PortalTokens(
            _world.Signer,
            new PortalIssuer("https://vault.example.org", _world.Accounts.Reads),
            _world.Accounts.Reads,
            _world.Time
        );

        tokens.Issuer.ShouldBe("https://vault.example.org");
        (
            (string)TokenWorld.Part(tokens.Issue(default, "s", _world.Time.GetUtcNow()), 1)["iss"]!
        ).ShouldBe("https://vault.example.org");
    }

    [Fact]
    public async Task Access_token_names_its_account_and_session()
    {
        var token = await _world.SignInAsync();

        var caller = (await _world.AuthenticateAsync($"Bearer {token}")).Value;

        caller.Kind.ShouldBe(CallerKind.Token);
        caller.Actor.ShouldBe($"user:{TokenWorld.Part(token, 1)["sub"]}");
        (await StandingOf(caller)).Value.Permissions.ShouldBe(
            PermissionSets.Secrets | PermissionSets.Workflows
        );
    }

    [Fact]
    public async Task Access_token_stands_nowhere_in_the_database()
    {
        var token = await _world.SignInAsync();

        var text = DatabaseText.Of(_world.Accounts.Store.Folder);
        text.ShouldNotContain((string)TokenWorld.Part(token, 1)["sid"]!);
        text.ShouldNotContain(token.Split('.')[2]);
    }

    [Fact]
    public async Task Access_token_ends_with_its_fifteenth_minute()
    {
        var token = await _world.SignInAsync();
        _world.Time.Advance(PortalTokens.Lifetime - TimeSpan.FromSeconds(1));
        (await _world.AuthenticateAsync($"Bearer {token}")).Succeeded.ShouldBeTrue();

        _world.Time.Advance(TimeSpan.FromSeconds(1));

        var late = await _world.AuthenticateAsync($"Bearer {token}");
        late.Error.ShouldBe(TokenErrors.Expired);
    }

    [Fact]
    public async Task Access_token_that_was_verified_in_time_is_worth_nothing_in_the_queue_after_its_end()
    {
        var token = await _world.SignInAsync();
        var caller = (await _world.AuthenticateAsync($"Bearer {token}")).Value;

        _world.Time.Advance(PortalTokens.Lifetime);

        (await StandingOf(caller)).Error.ShouldBe(AccessErrors.Unauthorized);
    }

    [Fact]
    public async Task Sign_out_ends_the_token_at_once()
    {
        var token = await _world.SignInAsync();
        var caller = (await _world.AuthenticateAsync($"Bearer {token}")).Value;

        (await _world.AccessTokens.SignOutAsync(caller)).Error.ShouldBeNull();

        (await _world.AuthenticateAsync($"Bearer {token}")).Error.ShouldBe(TokenErrors.Invalid);
        (await StandingOf(caller)).Error.ShouldBe(AccessErrors.Unauthorized);
    }

    [Fact]
    public async Task Sign_out_is_for_tokens_only()
    {
        await _world.SignInAsync();
        var person = AccountWorld.Person(await _world.Accounts.SignInAsync());

        (await _world.AccessTokens.SignOutAsync(person)).Error.ShouldBe(AccessErrors.Forbidden);

        (await StandingOf(person)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Token_of_a_disabled_account_is_refused_and_worth_nothing()
    {
        var token = await _world.SignInAsync();
        var caller = (await _world.AuthenticateAsync($"Bearer {token}")).Value;

        _world.Accounts.Store.Execute("UPDATE account SET disabled_at = 1");

        (await _world.AuthenticateAsync($"Bearer {token}")).Error.ShouldBe(TokenErrors.Invalid);
        (await StandingOf(caller)).Error.ShouldBe(AccessErrors.Unauthorized);
    }

    [Fact]
    public async Task Token_whose_owner_became_an_auditor_reads_metadata_only()
    {
        var token = await _world.SignInAsync();
        var caller = (await _world.AuthenticateAsync($"Bearer {token}")).Value;

        _world.Accounts.Store.Execute($"UPDATE account SET role = {(int)Role.Auditor}");

        (await StandingOf(caller)).Value.Permissions.ShouldBe(
            Permissions.SecretsList | Permissions.WorkflowsRead
        );
    }

    [Fact]
    public async Task Sign_in_of_an_auditor_is_forbidden_audited_and_begins_nothing()
    {
        await _world.Accounts.CreateAsync(role: Role.Auditor);

        for (var i = 0; i < 2 * SessionService.TriesBeforeLock; i++)
        {
            (await SignIn(AccountWorld.Password)).Error.ShouldBe(AccessErrors.Forbidden);
        }

        _world.Accounts.Store.Number("SELECT count(*) FROM portal_session").ShouldBe(0);
        _world
            .Accounts.Store.Number(
                "SELECT count(*) FROM audit_entry WHERE CAST(text AS TEXT) LIKE '%\"access_token.create\"%\"forbidden\"%'"
            )
            .ShouldBe(2 * SessionService.TriesBeforeLock);
    }

    [Fact]
    public async Task Sign_in_for_tokens_and_in_the_portal_share_one_lock_out()
    {
        await _world.Accounts.CreateAsync();
        for (var i = 0; i < SessionService.TriesBeforeLock; i++)
        {
            (await SignIn("not the password")).Error!.Code.ShouldBe("sign_in_refused");
        }

        (await SignIn(AccountWorld.Password)).Error!.Code.ShouldBe("sign_in_refused");
        var portal = await _world.Accounts.Sessions.SignInAsync(
            _world.Accounts.Stranger(),
            AccountWorld.Email,
            AccountWorld.Password
        );
        portal.Error!.Code.ShouldBe("sign_in_refused");
    }

    [Fact]
    public async Task Sign_in_for_tokens_and_in_the_portal_share_one_limit_of_an_address()
    {
        var stranger = _world.Accounts.Stranger();
        for (var i = 0; i < 10; i++)
        {
            await _world.Accounts.Sessions.SignInAsync(stranger, $"n{i}@example.org", "password");
        }

        var limited = await _world.AccessTokens.SignInAsync(stranger, "n@example.org", "password");

        limited.Error!.Kind.ShouldBe(ErrorKind.Limited);
    }

    [Fact]
    public async Task Session_of_a_token_opens_no_page_and_that_of_a_page_no_token()
    {
        var token = await _world.SignInAsync();
        var account = (await _world.AuthenticateAsync($"Bearer {token}")).Value.AccountId;
        var sid = (string)TokenWorld.Part(token, 1)["sid"]!;
        _world.Accounts.Lookup.Find(account, sid).ShouldBeNull();

        var page = await _world.Accounts.Sessions.SignInAsync(
            _world.Accounts.Stranger(),
            AccountWorld.Email,
            AccountWorld.Password
        );
        var forged = Forge(token, claims => claims["sid"] = page.Value.Token);

        (await _world.AuthenticateAsync($"Bearer {forged}")).Error.ShouldBe(TokenErrors.Invalid);
    }

    [Fact]
    public async Task Token_of_the_key_before_is_taken_for_a_day_after_the_rotation()
    {
        var token = await _world.SignInAsync();
        var before = _world.Signer.Key;
        _world.Signer.Key = _world.AddSigningKey();
        (await _world.AuthenticateAsync($"Bearer {token}")).Succeeded.ShouldBeTrue();

        _world.Time.Advance(PortalTokens.Overlap - TimeSpan.FromSeconds(1));
        _world.Signer.Key = before;
        var signedLate = (await SignIn(AccountWorld.Password)).Value.Token;
        (await _world.AuthenticateAsync($"Bearer {signedLate}")).Succeeded.ShouldBeTrue();
        _world.Time.Advance(TimeSpan.FromSeconds(1));

        (await _world.AuthenticateAsync($"Bearer {signedLate}")).Error.ShouldBe(
            TokenErrors.Invalid
        );
    }

    [Fact]
    public async Task Token_of_a_key_that_another_process_made_is_taken_at_once()
    {
        await _world.SignInAsync();
        _world.Signer.Key = _world.AddSigningKey();

        var token = (await SignIn(AccountWorld.Password)).Value.Token;

        (await _world.AuthenticateAsync($"Bearer {token}")).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public void Key_set_holds_the_present_key_and_those_retired_since_less_than_a_day()
    {
        var first = _world.Signer.Fingerprint;
        _world.Time.Advance(TimeSpan.FromHours(1));
        var second = _world.AddSigningKey();

        Keys().Select(k => (string)k["kid"]!).ShouldBe([second.PublicKey.FingerprintHex, first]);
        _world.Time.Advance(PortalTokens.Overlap);
        var key = Keys().ShouldHaveSingleItem();
        ((string)key["kid"]!).ShouldBe(second.PublicKey.FingerprintHex);
        key.Select(m => m.Key).ShouldBe(["kty", "crv", "x", "kid", "use", "alg"]);
        ((string)key["x"]!).ShouldBe(StrictBase64Url.Encode(second.PublicKey.Spki.Span[^32..]));
    }

    [Theory]
    [InlineData("aud", "\"other\"")]
    [InlineData("aud", "[\"other\"]")]
    [InlineData("aud", "null")]
    [InlineData("iss", "\"https://other.example\"")]
    [InlineData("sub", "\"507f1f77bcf86cd799439011\"")]
    [InlineData("sub", "1")]
    [InlineData("sid", "\"\"")]
    [InlineData("sid", "null")]
    [InlineData("sid", "[]")]
    [InlineData("exp", "null")]
    [InlineData("exp", "\"4000000000\"")]
    [InlineData("exp", "4000000000.5")]
    [InlineData("exp", "4e9")]
    [InlineData("exp", "-1")]
    [InlineData("exp", "99999999999999999999")]
    [InlineData("exp", "253402300800")]
    [InlineData("iat", "4000000000")]
    [InlineData("iat", "true")]
    [InlineData("nbf", "4000000000")]
    [InlineData("nbf", "{}")]
    [InlineData("jti", "5")]
    public async Task Well_signed_token_with_another_claim_is_refused(string claim, string json)
    {
        var token = await _world.SignInAsync();
        var forged = Forge(token, claims => claims[claim] = JsonNode.Parse(json));

        (await _world.AuthenticateAsync($"Bearer {forged}")).Error.ShouldBe(TokenErrors.Invalid);
    }

    [Theory]
    [InlineData("aud")]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("exp")]
    [InlineData("sid")]
    public async Task Well_signed_token_without_a_claim_it_needs_is_refused(string claim)
    {
        var token = await _world.SignInAsync();
        var forged = Forge(token, claims => claims.Remove(claim));

        (await _world.AuthenticateAsync($"Bearer {forged}")).Error.ShouldBe(TokenErrors.Invalid);
    }

    [Fact]
    public async Task Well_signed_token_for_several_audiences_is_taken_where_one_is_ours()
    {
        var token = await _world.SignInAsync();
        var forged = Forge(token, claims => claims["aud"] = new JsonArray("other", "vaultportal"));

        (await _world.AuthenticateAsync($"Bearer {forged}")).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public async Task Clock_of_the_issuer_may_be_a_minute_fast(int seconds, bool taken)
    {
        var token = await _world.SignInAsync();
        var ahead = _world.Time.GetUtcNow().ToUnixTimeSeconds() + seconds;

        foreach (var claim in (string[])["iat", "nbf"])
        {
            var forged = Forge(token, claims => claims[claim] = ahead);
            (await _world.AuthenticateAsync($"Bearer {forged}")).Succeeded.ShouldBe(taken);
        }
    }

    [Fact]
    public async Task Token_signed_by_a_stranger_in_the_name_of_our_key_is_refused()
    {
        var token = await _world.SignInAsync();
        using var other = SigningKey.Generate();
        var forged = TokenWorld.Sign(
            other,
            TokenWorld.Part(token, 0).ToJsonString(),
            TokenWorld.Part(token, 1).ToJsonString()
        );

        (await _world.AuthenticateAsync($"Bearer {forged}")).Error.ShouldBe(TokenErrors.Invalid);
        (await _world.RefusalsAsync()).ShouldBe(["token_signature_wrong"]);
    }

    [Fact]
    public async Task Issued_token_says_nothing_of_itself()
    {
        await _world.Accounts.CreateAsync();

        var issued = (await SignIn(AccountWorld.Password)).Value;

        issued.ToString().ShouldNotContain(issued.Token);
        issued.CsrfToken.Length.ShouldBe(43);
        new SignInAttempt("a", "b", AccountWorld.Password)
            .ToString()
            .ShouldNotContain(AccountWorld.Password);
    }

    public void Dispose() => _world.Dispose();

    private string Forge(string token, Action<JsonObject> change)
    {
        var claims = TokenWorld.Part(token, 1);
        change(claims);
        return TokenWorld.Sign(
            _world.Signer.Key,
            TokenWorld.Part(token, 0).ToJsonString(),
            claims.ToJsonString()
        );
    }

    private IEnumerable<JsonObject> Keys() =>
        JsonNode.Parse(_world.AccessTokens.KeySet(Caller.System("test")))!["keys"]!
            .AsArray()
            .Select(k => k!.AsObject());

    private Task<Result<IssuedToken>> SignIn(string password) =>
        _world.AccessTokens.SignInAsync(_world.Accounts.Stranger(), AccountWorld.Email, password);

    private Task<Result<Standing>> StandingOf(Caller caller) => _world.StandingAsync(caller);
}
