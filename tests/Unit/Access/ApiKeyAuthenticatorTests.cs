using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class ApiKeyAuthenticatorTests : IDisposable
{
    private readonly AccessStore _store = new();

    [Fact]
    public void Authenticator_valid_key_names_its_owner()
    {
        var owner = _store.AddAccount();
        var (row, text) = _store.AddKey(owner);

        var caller = _store.Authenticate(text).Value;

        caller.ShouldBe(
            new Caller
            {
                Kind = CallerKind.Machine,
                AccountId = owner.Id,
                AccountPublicId = owner.PublicId,
                ApiKeyId = row.Id,
                Actor = $"key:{row.AccessKey}",
                Source = AccessStore.Source,
                CorrelationId = "call",
            }
        );
    }

    [Fact]
    public void Authenticator_key_of_scope_agent_names_agent_and_owner()
    {
        var owner = _store.AddAccount();
        var agent = _store.AddAgent(owner);

        var caller = _store.AddMachine(owner, agent: agent);

        caller.IsAgent.ShouldBeTrue();
        (caller.AgentId, caller.AgentPublicId, caller.AccountId).ShouldBe(
            (agent.Id, agent.PublicId, owner.Id)
        );
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("malformed")]
    [InlineData("unknown")]
    [InlineData("wrong_secret")]
    [InlineData("revoked")]
    [InlineData("expired")]
    [InlineData("owner_inactive")]
    [InlineData("agent archived")]
    [InlineData("address_not_allowed")]
    public async Task Authenticator_every_failure_has_one_answer_and_is_counted_with_its_reason(
        string reason
    )
    {
        var owner = _store.AddAccount();
        var (row, text) = _store.AddKey(
            owner,
            agent: reason == "agent archived" ? _store.AddAgent(owner) : null,
            allowList: reason == "address_not_allowed" ? "198.51.100.0/24" : "",
            expiresAt: reason == "expired" ? FakeClock.Start : null
        );
        switch (reason)
        {
            case "unknown":
                _store.Execute("DELETE FROM api_key");
                break;
            case "wrong_secret":
                _store.Execute("UPDATE api_key SET hash = zeroblob(32)");
                break;
            case "revoked":
                _store.Execute("UPDATE api_key SET revoked_at = 1");
                break;
            case "owner_inactive":
                _store.Execute("UPDATE account SET disabled_at = 1");
                break;
            case "agent archived":
                _store.Execute("UPDATE agent SET archived_at = 1");
                break;
        }

        var refusal = _store.Authenticate(
            reason switch
            {
                "missing" => null,
                "malformed" => text + "x",
                _ => text,
            }
        );
        await _store.Refusals.FlushAsync();

        refusal.Error.ShouldBeSameAs(AccessErrors.Unauthorized);
        var counted = _store.Audited("credential.refused").ShouldHaveSingleItem();
        var word = reason == "agent archived" ? "owner_inactive" : reason;
        counted.ShouldContain($"\"outcome\":\"{word}\"");
        counted.ShouldContain("\"source\":\"203.0.113.9\"");
        counted.ShouldNotContain(row.AccessKey);
    }

    [Fact]
    public void Authenticator_of_the_machine_api_takes_no_key_for_environment_secrets()
    {
        var owner = _store.AddAccount();
        var text = ApiKeyText.Generate(ApiKeyFormat.Secrets);
        _store.Add(
            new ApiKey
            {
                PublicId = PublicId.New(FakeClock.Start),
                Format = ApiKeyFormat.Secrets,
                AccessKey = ApiKeyText.AccessKeyOf(text)!,
                Hash = ApiKeyText.Hash(text),
                Name = "ci",
                Scope = ApiKeyScope.User,
                OwnerId = owner.Id,
                Permissions = PermissionSets.Secrets,
                CreatedAt = FakeClock.Start,
            }
        );

        _store.Authenticate(text).Error.ShouldBeSameAs(AccessErrors.Unauthorized);
        _store
            .Authenticator.AuthenticateAny(text, AccessStore.Source, "call")
            .Succeeded.ShouldBeTrue();
    }

    [Fact]
    public void Authenticator_key_expires_to_the_instant()
    {
        var (_, text) = _store.AddKey(
            _store.AddAccount(),
            expiresAt: FakeClock.Start + TimeSpan.FromSeconds(10)
        );

        _store.Clock.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromMicroseconds(1));
        _store.Authenticate(text).Succeeded.ShouldBeTrue();

        _store.Clock.Advance(TimeSpan.FromMicroseconds(1));
        _store.Authenticate(text).Succeeded.ShouldBeFalse();
    }

    [Theory]
    [InlineData("203.0.113.9", true)]
    [InlineData("::ffff:203.0.113.9", true)]
    [InlineData("203.0.114.9", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:db9::1", false)]
    public void Authenticator_serves_only_allowed_addresses(string source, bool served)
    {
        var (_, text) = _store.AddKey(
            _store.AddAccount(),
            allowList: "203.0.113.0/24 2001:db8::/32"
        );

        _store.Authenticate(text, source).Succeeded.ShouldBe(served);
    }

    [Theory]
    [InlineData("UPDATE api_key SET revoked_at = 1")]
    [InlineData("UPDATE account SET disabled_at = 1")]
    [InlineData("UPDATE api_key SET allow_list = '198.51.100.0/24'")]
    public async Task Authenticator_what_changed_since_is_seen_by_the_write(string change)
    {
        var caller = _store.AddMachine(_store.AddAccount());
        _store.Execute(change);

        var result = await _store.Gate.WriteAsync<int, int>(
            caller,
            new AuditedCall("test.write", "test:1", Permissions.None),
            (_, _) => 0,
            (_, _, _) => throw new InvalidOperationException("It was let through."),
            CancellationToken.None
        );

        result.Error.ShouldBe(AccessErrors.Unauthorized);
    }

    [Fact]
    public void Authenticator_address_that_guesses_is_limited_until_a_minute_has_passed()
    {
        for (var i = 0; i < GuessGuard.PerMinute; i++)
        {
            _store.Authenticate(ApiKeyText.Generate()).Error!.Code.ShouldBe("unauthorized");
        }

        var limited = _store.Authenticate(ApiKeyText.Generate()).Error!;
        (limited.Code, limited.RetryAfter).ShouldBe(
            ("rate_limit_exceeded", TimeSpan.FromMinutes(1))
        );
        _store.Authenticate("rk_x", "198.51.100.1").Error!.Code.ShouldBe("unauthorized");

        _store.Clock.Advance(TimeSpan.FromMinutes(1));
        _store.Authenticate(ApiKeyText.Generate()).Error!.Code.ShouldBe("unauthorized");
    }

    [Fact]
    public void Authenticator_valid_key_is_served_from_an_address_that_guesses()
    {
        var (_, text) = _store.AddKey(_store.AddAccount());
        for (var i = 0; i < 3 * GuessGuard.PerMinute; i++)
        {
            _store.Authenticate(ApiKeyText.Generate());
        }

        _store.Authenticate(text).Succeeded.ShouldBeTrue();
    }

    public void Dispose() => _store.Dispose();
}
