using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

/// <summary>API keys and registered keys: what they are worth when they expire, and when they do.</summary>
public sealed class CredentialExpiryTests : IDisposable
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly AccessStore _store = new();
    private readonly TestAccount _owner;

    public CredentialExpiryTests() => _owner = _store.AddAccount();

    private DateTimeOffset Now => _store.Clock.GetUtcNow();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Key_is_worth_nothing_from_the_very_instant()
    {
        var key = _store.AddKey(_owner, expiresAt: Now.AddHours(1));
        var caller = _store.Authenticate(key.Text).Value;
        _store.Clock.Advance(TimeSpan.FromHours(1) - Millisecond);
        _store.Authenticate(key.Text).Succeeded.ShouldBeTrue();
        (await _store.ApiKeys.DescribeAsync(caller)).Succeeded.ShouldBeTrue();

        _store.Clock.Advance(Millisecond);

        _store.Authenticate(key.Text).Error!.Code.ShouldBe("unauthorized");
        (await _store.ApiKeys.DescribeAsync(caller)).Error!.Code.ShouldBe("unauthorized");
    }

    [Theory]
    [InlineData(LifetimeKind.ApiKey)]
    [InlineData((LifetimeKind)0)]
    public async Task Policy_that_only_warns_gives_no_expired_key_any_power(LifetimeKind kind)
    {
        _store.Queue.Warn(kind);
        var key = _store.AddKey(_owner, expiresAt: Now.AddHours(1));
        var caller = _store.Authenticate(key.Text).Value;

        _store.Clock.Advance(TimeSpan.FromHours(1));

        _store.Authenticate(key.Text).Error!.Code.ShouldBe("unauthorized");
        (await _store.ApiKeys.DescribeAsync(caller)).Error!.Code.ShouldBe("unauthorized");
    }

    [Fact]
    public async Task Rotated_key_ends_with_its_grace_though_it_is_only_warned_of()
    {
        _store.Queue.Warn(LifetimeKind.ApiKey);
        var made = await Create();
        await Rotate(made, 1);
        _store.Authenticate(made.Key).Succeeded.ShouldBeTrue();

        _store.Clock.Advance(TimeSpan.FromHours(1));

        _store.Authenticate(made.Key).Error!.Code.ShouldBe("unauthorized");
    }

    [Fact]
    public async Task New_key_gets_the_default_and_none_that_lives_longer_is_made()
    {
        _store.Queue.Limit(LifetimeKind.ApiKey);

        ExpiryOf(await Create()).ShouldBe(Now.AddDays(90));
        ExpiryOf(await Create(w => w with { ExpiresAt = Now.AddDays(7) })).ShouldBe(Now.AddDays(7));
        foreach (
            var wanted in new[]
            {
                Wanted with
                {
                    ExpiresAt = Now.AddDays(181),
                },
                Wanted with
                {
                    NeverExpires = true,
                },
            }
        )
        {
            var refused = (await _store.ApiKeys.CreateAsync(Caller.Command(), wanted)).Error!;
            (refused.Code, refused.Path).ShouldBe(("invalid_request", "/expiresAt"));
        }
    }

    [Fact]
    public async Task Successor_lives_as_long_as_its_predecessor_but_no_longer_than_allowed()
    {
        var far = await Create(w => w with { ExpiresAt = Now.AddDays(365) });
        var near = await Create(w => w with { ExpiresAt = Now.AddDays(7) });
        var never = await Create();
        _store.Queue.Limit(LifetimeKind.ApiKey);
        _store.Clock.Advance(TimeSpan.FromDays(5));

        ExpiryOf(await Rotate(far, 0)).ShouldBe(Now.AddDays(180));
        ExpiryOf(await Rotate(never, 0)).ShouldBe(Now.AddDays(180));
        ExpiryOf(await Rotate(near, 0)).ShouldBe(Now.AddDays(7));
    }

    [Fact]
    public async Task Key_of_an_agent_that_is_made_anew_lives_no_longer_than_allowed()
    {
        var agent = (
            await _store.Agents.CreateAsync(Caller.Command(), new NewAgent("bot", _owner.Email))
        ).Value;
        var machine = _store.AddMachine(_owner);
        _store.Execute("UPDATE api_key SET expires_at = NULL");
        await _store.Agents.RegenerateApiKeyAsync(machine, agent.Id);
        _store.Queue.Limit(LifetimeKind.ApiKey);

        var next = (await _store.Agents.RegenerateApiKeyAsync(machine, agent.Id)).Value;

        ExpiryOf(next).ShouldBe(Now.AddDays(180));
    }

    [Fact]
    public async Task First_key_of_an_agent_gets_the_default_and_the_next_the_life_of_the_last()
    {
        var agent = (
            await _store.Agents.CreateAsync(Caller.Command(), new NewAgent("bot", _owner.Email))
        ).Value;
        _store.Queue.Limit(LifetimeKind.ApiKey);
        var machine = _store.AddMachine(_owner);

        var first = (await _store.Agents.RegenerateApiKeyAsync(machine, agent.Id)).Value;
        _store.Clock.Advance(TimeSpan.FromDays(10));
        var second = (await _store.Agents.RegenerateApiKeyAsync(machine, agent.Id)).Value;

        ExpiryOf(first).ShouldBe(Now.AddDays(80));
        ExpiryOf(second).ShouldBe(Now.AddDays(90));
    }

    [Fact]
    public async Task Registered_key_gets_the_default_of_its_kind()
    {
        _store.Queue.Limit(LifetimeKind.UserKey);

        var made = await RegisterByCommand(SigningKey.Generate());

        made.KeyPair.ExpiresAt.ShouldBe(Now.AddDays(90));
    }

    [Fact]
    public async Task Expired_key_endorses_no_other()
    {
        var (old, next, another) = (
            SigningKey.Generate(),
            SigningKey.Generate(),
            SigningKey.Generate()
        );
        await RegisterByCommand(old);
        _store.Execute(
            $"UPDATE registered_key SET expires_at = {UtcTime.ToMicroseconds(Now.AddHours(1))}"
        );
        var machine = _store.AddMachine(_owner);
        _store.Clock.Advance(TimeSpan.FromHours(1) - Millisecond);
        (
            await _store.KeyPairs.RegisterAsync(machine, Endorsed(old, next))
        ).Value.KeyPair.State.ShouldBe(RegisteredKeyState.Active);
        _store.Clock.Advance(Millisecond);

        (await _store.KeyPairs.RegisterAsync(machine, Endorsed(old, another))).Error!.Code.ShouldBe(
            "checkpoint_invalid_signature"
        );
    }

    [Fact]
    public async Task Whoever_has_only_an_expired_key_is_told_that_nothing_can_be_signed()
    {
        await RegisterByCommand(SigningKey.Generate());
        var machine = _store.AddMachine(_owner);
        (await Constraint()).ShouldBeNull();
        _store.Execute($"UPDATE registered_key SET expires_at = {UtcTime.ToMicroseconds(Now)}");

        (await Constraint()).ShouldBe("checkpoint_signer_required");
        _store.Queue.Warn(LifetimeKind.UserKey);
        (await Constraint()).ShouldBe("checkpoint_signer_required");

        async Task<string?> Constraint() =>
            (await _store.ApiKeys.DescribeAsync(machine)).Value.WriteConstraint;
    }

    private NewApiKey Wanted =>
        new()
        {
            Owner = _owner.Email,
            Name = "ci",
            Permissions = ["machine.all"],
        };

    private async Task<CreatedApiKey> Create(Func<NewApiKey, NewApiKey>? change = null) =>
        (
            await _store.ApiKeys.CreateAsync(
                Caller.Command(),
                change is null ? Wanted : change(Wanted)
            )
        ).Value;

    /// <summary>By a person with a session, whose key it is.</summary>
    private async Task<CreatedApiKey> Rotate(CreatedApiKey key, int graceHours)
    {
        var now = UtcTime.ToMicroseconds(Now);
        _store.Execute(
            $"""
            INSERT INTO portal_session (kind, token_hash, account_id, created_at, last_seen_at, expires_at, step_up_at, source)
            VALUES (1, randomblob(32), {_owner.Id}, {now}, {now}, {now + 3_600_000_000}, {now}, '')
            """
        );
        var person = new Caller
        {
            Kind = CallerKind.Person,
            AccountId = _owner.Id,
            AccountPublicId = _owner.PublicId,
            SessionId = _store.Number("SELECT max(id) FROM portal_session"),
            Actor = $"user:{_owner.PublicId}",
            CorrelationId = "call",
        };
        var rotated = (await _store.ApiKeys.RotateAsync(person, key.Id, graceHours)).Value;
        return new CreatedApiKey(rotated.Id, rotated.Key);
    }

    private DateTimeOffset ExpiryOf(CreatedApiKey key) =>
        UtcTime.FromMicroseconds(
            _store.Number($"SELECT expires_at FROM api_key WHERE public_id = x'{key.Id}'")
        );

    private async Task<RegisteredKeyPair> RegisterByCommand(SigningKey key) =>
        (
            await _store.KeyPairs.RegisterByCommandAsync(
                Caller.Command(),
                _owner.Email,
                key.PublicKey.ToPem()
            )
        ).Value;

    private NewUserKeyPair Endorsed(SigningKey by, SigningKey key) =>
        new()
        {
            PublicKey = key.PublicKey.ToPem(),
            Proof = Sign(
                key,
                "key-proof",
                $$"""{"fingerprint":"{{key.PublicKey.FingerprintHex}}","owner":"{{_owner.PublicId}}"}"""
            ),
            Endorsement = Convert.ToBase64String(
                by.Sign(
                    KeyStatements.Rotation(
                        _owner.PublicId,
                        by.PublicKey.FingerprintHex,
                        key.PublicKey.FingerprintHex
                    )
                )
            ),
        };

    private static string Sign(SigningKey key, string domain, string statement) =>
        Convert.ToBase64String(
            key.Sign(System.Text.Encoding.UTF8.GetBytes($"vaultportal:{domain}\n{statement}"))
        );
}
