using System.Text.Json.Nodes;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Tokens;
using Xunit;

namespace VaultPortal.Tests.Unit.Tokens;

public sealed class IssuedTokenTests : IDisposable
{
    private const string Iss = "https://ci.example.com";
    private const string Aud = "https://vault.example.org";

    private readonly TokenWorld _world = new();
    private readonly ForeignKey _key = new("RS256");

    [Theory]
    [InlineData("EdDSA")]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public async Task Token_of_a_trusted_issuer_is_taken_in_each_algorithm(string algorithm)
    {
        using var key = new ForeignKey(algorithm);
        var id = await TrustAsync(key);

        var caller = (await Authenticate(key.Sign(key.Header(), Claims()))).Value;

        (caller.Kind, caller.Actor, caller.AccountId).ShouldBe(
            (CallerKind.Issued, $"issuer:{id}:repo:acme/app", 0L)
        );
        (await _world.StandingAsync(caller)).Value.Permissions.ShouldBe(
            Permissions.SecretsRead | Permissions.SecretsList
        );
    }

    /// <summary>Well-signed tokens that are not good here all the same: a change of the claims, and the refusal.</summary>
    public static TheoryData<string, string> HostileClaims() =>
        new()
        {
            { """{"iss":"https://other.example.com"}""", "token_invalid" },
            { """{"iss":"https://ci.example.com/"}""", "token_invalid" },
            { """{"iss":"HTTPS://ci.example.com"}""", "token_invalid" },
            { """{"iss":null}""", "token_invalid" },
            { """{"iss":["https://ci.example.com"]}""", "token_invalid" },
            { """{"aud":"https://other.example.org"}""", "token_invalid" },
            { """{"aud":"https://vault.example.org/"}""", "token_invalid" },
            { """{"aud":[]}""", "token_invalid" },
            { """{"aud":["https://vault.example.org",1]}""", "token_invalid" },
            { """{"aud":{"https://vault.example.org":1}}""", "token_invalid" },
            { """{"aud":null}""", "token_invalid" },
            { """{"exp":null}""", "token_invalid" },
            { """{"exp":"1795000000"}""", "token_invalid" },
            { """{"exp":1795000000.5}""", "token_invalid" },
            { """{"exp":1e10}""", "token_invalid" },
            { """{"exp":-1}""", "token_invalid" },
            { """{"exp":9223372036854775808}""", "token_invalid" },
            { """{"exp":9223372036854775807}""", "token_invalid" },
            { """{"exp":253402300799}""", "token_invalid" },
            { """{"exp":0}""", "token_expired" },
            { """{"iat":253402300799}""", "token_invalid" },
            { """{"iat":0}""", "token_invalid" },
            { """{"iat":"now"}""", "token_invalid" },
            { """{"nbf":253402300799}""", "token_invalid" },
            { """{"nbf":[]}""", "token_invalid" },
            { """{"sub":""}""", "token_invalid" },
            { """{"sub":null}""", "token_invalid" },
            { """{"sub":"a\nb"}""", "token_invalid" },
            { """{"sub":"a\u0000b"}""", "token_invalid" },
            { """{"sub":"a\u009fb"}""", "token_invalid" },
            { """{"sub":"a\u202eb"}""", "token_invalid" },
            { """{"sub":"a\u2028b"}""", "token_invalid" },
            { """{"sub":42}""", "token_invalid" },
            { """{"jti":42}""", "token_invalid" },
            { """{"environment":"test"}""", "forbidden" },
            { """{"environment":"Production"}""", "forbidden" },
            { """{"environment":"production "}""", "forbidden" },
            { """{"environment":["test"]}""", "forbidden" },
            { """{"environment":{"production":true}}""", "forbidden" },
            { """{"environment":true}""", "forbidden" },
            { """{"environment":[["production"]]}""", "forbidden" },
        };

    [Theory]
    [MemberData(nameof(HostileClaims))]
    public async Task Well_signed_token_with_hostile_claims_is_refused(string changes, string code)
    {
        await TrustAsync(_key);
        var claims = Claims();
        foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject())
        {
            claims[name] = value?.DeepClone();
        }

        (await Authenticate(_key.Sign(_key.Header(), claims))).Error!.Code.ShouldBe(code);
    }

    [Theory]
    [InlineData("exp", "token_invalid")]
    [InlineData("aud", "token_invalid")]
    [InlineData("iss", "token_invalid")]
    [InlineData("sub", "token_invalid")]
    [InlineData("environment", "forbidden")]
    public async Task Well_signed_token_without_a_claim_it_needs_is_refused(
        string claim,
        string code
    )
    {
        await TrustAsync(_key);
        var claims = Claims();
        claims.Remove(claim);

        (await Authenticate(_key.Sign(_key.Header(), claims))).Error!.Code.ShouldBe(code);
    }

    [Theory]
    [InlineData("""{"iss":"https://ci.example.com","iss":"https://ci.example.com"}""")]
    [InlineData("""{"iss":"https://ci.example.com","\u0069ss":"x"}""")]
    [InlineData("""{"iss":"https://ci.example.com","a":{"b":1,"b":2}}""")]
    [InlineData("""{"iss":"https://ci.example.com","sub":"\ud800"}""")]
    [InlineData("""["https://ci.example.com"]""")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    public async Task Well_signed_payload_that_is_no_strict_object_is_refused(string payload)
    {
        await TrustAsync(_key);

        (await Authenticate(_key.Sign(_key.Header().ToJsonString(), payload))).Error.ShouldBe(
            TokenErrors.Invalid
        );
        (await _world.RefusalsAsync()).ShouldBe(["token_malformed"]);
    }

    [Theory]
    [InlineData("alg", "none", "token_key_unknown")]
    [InlineData("alg", "HS256", "token_key_unknown")]
    [InlineData("alg", "PS256", "token_key_unknown")]
    [InlineData("alg", "ES256", "token_key_unknown")]
    [InlineData("alg", "rs256", "token_key_unknown")]
    [InlineData("kid", "k2", "token_key_unknown")]
    [InlineData("kid", "../k1", "token_key_unknown")]
    [InlineData("crit", "exp", "token_malformed")]
    [InlineData("jku", "https://evil.example", "token_malformed")]
    public async Task Header_that_asks_for_another_key_or_algorithm_is_refused(
        string member,
        string value,
        string reason
    )
    {
        await TrustAsync(_key);
        var header = _key.Header();
        header[member] = value;

        (await Authenticate(_key.Sign(header, Claims()))).Error.ShouldBe(TokenErrors.Invalid);
        (await _world.RefusalsAsync()).ShouldBe([reason]);
    }

    [Fact]
    public async Task Hmac_with_the_public_key_as_its_secret_is_refused()
    {
        await TrustAsync(_key);
        var header = _key.Header();
        header["alg"] = "HS256";
        var parts = _key.Sign(header, Claims()).Split('.');
        var text = System.Text.Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        StrictBase64Url.TryDecode((string)_key.Jwk()["n"]!, out var secret);

        var mac = System.Security.Cryptography.HMACSHA256.HashData(secret!, text);

        (await Authenticate($"{parts[0]}.{parts[1]}.{StrictBase64Url.Encode(mac)}")).Error.ShouldBe(
            TokenErrors.Invalid
        );
    }

    [Fact]
    public async Task Signature_by_another_key_with_the_same_kid_is_refused()
    {
        await TrustAsync(_key);
        using var other = new ForeignKey("RS256");

        (await Authenticate(other.Sign(_key.Header(), Claims()))).Error.ShouldBe(
            TokenErrors.Invalid
        );
        (await _world.RefusalsAsync()).ShouldBe(["token_signature_wrong"]);
    }

    [Fact]
    public async Task Key_of_one_issuer_signs_nothing_for_another_though_their_kids_are_the_same()
    {
        using var other = new ForeignKey("RS256");
        await TrustAsync(_key);
        await TrustAsync(other, Draft(other) with { Issuer = "https://other.example.com" });

        (await Authenticate(other.Sign(other.Header(), Claims()))).Error.ShouldBe(
            TokenErrors.Invalid
        );
        var own = Claims();
        own["iss"] = "https://other.example.com";
        (await Authenticate(other.Sign(other.Header(), own))).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Token_in_the_name_of_this_portal_is_not_checked_with_foreign_keys()
    {
        await _world.SignInAsync();
        await TrustAsync(_key);
        var claims = Claims();
        claims["iss"] = _world.Issuer.Name;

        (await Authenticate(_key.Sign(_key.Header(), claims))).Error.ShouldBe(TokenErrors.Invalid);
        (await _world.RefusalsAsync()).ShouldBe(["token_key_unknown"]);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("JWT", true)]
    [InlineData("jwt", true)]
    [InlineData("at+jwt", true)]
    [InlineData("application/at+jwt", true)]
    [InlineData("logout+jwt", false)]
    [InlineData("secevent+jwt", false)]
    [InlineData("dpop+jwt", false)]
    public async Task Only_what_is_typed_as_a_plain_or_access_token_is_taken(
        string? type,
        bool taken
    )
    {
        await TrustAsync(_key);
        var header = _key.Header();
        header.Remove("typ");
        if (type is not null)
        {
            header["typ"] = type;
        }

        (await Authenticate(_key.Sign(header, Claims()))).Succeeded.ShouldBe(taken);
    }

    [Fact]
    public async Task Life_of_a_foreign_token_is_a_day_at_most_from_its_iat_or_from_now()
    {
        await TrustAsync(_key);
        var now = Now;
        foreach (
            var (iat, exp, taken) in ((long?, long, bool)[])
                [
                    (now, now + 86_400, true),
                    (now, now + 86_401, false),
                    (now - 10, now + 86_391, false),
                    (null, now + 86_400, true),
                    (null, now + 86_401, false),
                    (now + 60, now + 86_460, true),
                ]
        )
        {
            var claims = Claims();
            claims["iat"] = iat;
            if (iat is null)
            {
                claims.Remove("iat");
            }

            claims["exp"] = exp;
            (await Authenticate(_key.Sign(_key.Header(), claims))).Succeeded.ShouldBe(
                taken,
                $"iat {iat - now}, exp {exp - now}"
            );
        }
    }

    [Fact]
    public async Task Rules_that_match_add_up_and_arrays_match_by_one_of_their_texts()
    {
        await TrustAsync(
            _key,
            Draft(_key) with
            {
                Mappings =
                [
                    new ClaimMapping("environment", "production", ["secrets.read"]),
                    new ClaimMapping("groups", "deployers", ["workflows.vault.use"]),
                    new ClaimMapping("groups", "admins", ["secrets.delete"]),
                ],
            }
        );
        var claims = Claims();
        claims["groups"] = new JsonArray("people", 7, "deployers");

        var caller = (await Authenticate(_key.Sign(_key.Header(), claims))).Value;

        caller.Issued!.Permissions.ShouldBe(
            Permissions.SecretsRead | Permissions.SecretsList | Permissions.WorkflowsUse
        );
    }

    [Fact]
    public async Task Token_that_no_rule_matches_is_forbidden_counted_and_not_audited_one_by_one()
    {
        await TrustAsync(_key);
        var claims = Claims();
        claims.Remove("environment");
        var before = Entries();

        for (var i = 0; i < 100; i++)
        {
            (await Authenticate(_key.Sign(_key.Header(), claims))).Error.ShouldBe(
                AccessErrors.Forbidden
            );
        }

        Entries().ShouldBe(before);
        (await _world.RefusalsAsync()).ShouldBe(["token_unmapped"]);
    }

    [Fact]
    public async Task Disabling_an_issuer_refuses_its_tokens_and_those_that_wait_for_the_queue()
    {
        var id = await TrustAsync(_key);
        var token = _key.Sign(_key.Header(), Claims());
        var caller = (await Authenticate(token)).Value;

        (await _world.Issuers.SetDisabledAsync(Caller.Command(), id, true)).Error.ShouldBeNull();

        (await Authenticate(token)).Error.ShouldBe(TokenErrors.Invalid);
        (await _world.StandingAsync(caller)).Error.ShouldBe(AccessErrors.Unauthorized);
        await _world.Issuers.SetDisabledAsync(Caller.Command(), id, false);
        (await Authenticate(token)).Succeeded.ShouldBeTrue();
        (await _world.StandingAsync(caller)).Error.ShouldBe(AccessErrors.Unauthorized);
    }

    [Fact]
    public async Task Changing_the_rules_counts_for_the_next_token_and_for_those_that_wait()
    {
        var id = await TrustAsync(_key);
        var token = _key.Sign(_key.Header(), Claims());
        var caller = (await Authenticate(token)).Value;

        var changed = await _world.Issuers.UpdateAsync(
            Caller.Command(),
            id,
            1,
            Draft(_key) with
            {
                Mappings = [new ClaimMapping("environment", "production", ["workflows.vault.use"])],
            }
        );
        changed.Error.ShouldBeNull();

        (await _world.StandingAsync(caller)).Error.ShouldBe(AccessErrors.Unauthorized);
        (await Authenticate(token)).Value.Issued!.Permissions.ShouldBe(Permissions.WorkflowsUse);
    }

    [Fact]
    public async Task Deleting_an_issuer_refuses_its_tokens()
    {
        var id = await TrustAsync(_key);
        var token = _key.Sign(_key.Header(), Claims());
        var caller = (await Authenticate(token)).Value;

        (await _world.Issuers.DeleteAsync(Caller.Command(), id)).Error.ShouldBeNull();

        (await Authenticate(token)).Error.ShouldBe(TokenErrors.Invalid);
        (await _world.StandingAsync(caller)).Error.ShouldBe(AccessErrors.Unauthorized);
    }

    [Fact]
    public async Task Token_that_expires_while_it_waits_is_worth_nothing()
    {
        await TrustAsync(_key);
        var token = _key.Sign(_key.Header(), Claims());
        var caller = (await Authenticate(token)).Value;

        _world.Time.Advance(TimeSpan.FromMinutes(10));

        (await _world.StandingAsync(caller)).Error.ShouldBe(AccessErrors.Unauthorized);
        (await Authenticate(token)).Error.ShouldBe(TokenErrors.Expired);
    }

    [Fact]
    public async Task Address_that_guesses_tokens_of_an_issuer_is_limited()
    {
        await TrustAsync(_key);
        using var other = new ForeignKey("RS256");
        var forged = other.Sign(_key.Header(), Claims());
        for (var i = 0; i < GuessGuard.PerMinute; i++)
        {
            (await Authenticate(forged)).Error.ShouldBe(TokenErrors.Invalid);
        }

        (await Authenticate(forged)).Error!.Kind.ShouldBe(ErrorKind.Limited);
        (await Authenticate(_key.Sign(_key.Header(), Claims()))).Succeeded.ShouldBeTrue();
    }

    public void Dispose()
    {
        _world.Dispose();
        _key.Dispose();
    }

    private long Now => _world.Time.GetUtcNow().ToUnixTimeSeconds();

    private JsonObject Claims() =>
        new()
        {
            ["iss"] = Iss,
            ["aud"] = Aud,
            ["sub"] = "repo:acme/app",
            ["iat"] = Now,
            ["nbf"] = Now,
            ["exp"] = Now + 600,
            ["environment"] = "production",
        };

    private static TrustedIssuerDraft Draft(ForeignKey key) =>
        new()
        {
            Name = "CI",
            Issuer = Iss,
            Audience = Aud,
            JwksDocument = ForeignKey.Set(key.Jwk()),
            Mappings = [new ClaimMapping("environment", "production", ["secrets.read"])],
        };

    private async Task<PublicId> TrustAsync(ForeignKey key, TrustedIssuerDraft? draft = null) =>
        (await _world.Issuers.CreateAsync(Caller.Command(), draft ?? Draft(key))).Value;

    private Task<Result<Caller>> Authenticate(string token) =>
        _world.AuthenticateAsync($"Bearer {token}");

    private long Entries() => _world.Accounts.Store.Number("SELECT count(*) FROM audit_entry");
}
