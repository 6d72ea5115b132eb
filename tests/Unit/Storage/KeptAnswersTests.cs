using System.Security.Cryptography;
using Shouldly;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Storage;

/// <summary>Safe retries (machine.md section 8).</summary>
public sealed class KeptAnswersTests : IDisposable
{
    private static readonly Created Answer = new(PublicId.Parse("507f1f77bcf86cd799439011"));

    private readonly TestStore _store = new();
    private readonly MovedClock _clock = new();
    private readonly DerivationKey _derivation = DerivationKey.FromBytes(new byte[32]);
    private readonly KeyRing _ring = new();
    private readonly WriteQueue _queue;
    private readonly KeptAnswers _answers;

    public KeptAnswersTests()
    {
        _ring.Add("dk_test", new byte[32], current: true);
        _queue = _store.StartQueue(time: _clock);
        _answers = new KeptAnswers(_ring, _derivation, _clock);
    }

    [Fact]
    public async Task Answer_is_given_again_to_the_same_request()
    {
        await Keep(Token("a", "body"));

        var found = await Find(Token("a", "body"));

        found.ShouldNotBeNull().Value.ShouldBe(Answer);
        found.Value.Replayed.ShouldBeTrue();
    }

    [Fact]
    public async Task Key_with_another_body_is_refused()
    {
        await Keep(Token("a", "body"));

        (await Find(Token("a", "other")))
            .ShouldNotBeNull()
            .Error!.Code.ShouldBe("idempotency_key_reused");
    }

    [Theory]
    [InlineData("user:2", "POST", "/vault", "a")]
    [InlineData("user:1", "PATCH", "/vault", "a")]
    [InlineData("user:1", "POST", "/vaults", "a")]
    [InlineData("user:1", "POST", "/vault", "b")]
    public async Task Request_of_another_principal_method_path_or_key_is_new(
        string principal,
        string method,
        string path,
        string key
    )
    {
        await Keep(Token("a", "body"));

        (await Find(_answers.Token(principal, method, path, key, "body"u8))).ShouldBeNull();
    }

    [Fact]
    public async Task Answer_ends_after_a_day_to_the_instant_and_is_removed()
    {
        await Keep(Token("a", "body"));
        _clock.Move(KeptAnswers.Lifetime - TimeSpan.FromMicroseconds(1));
        (await Find(Token("a", "body"))).ShouldNotBeNull();
        _clock.Move(TimeSpan.FromMicroseconds(1));

        (await Find(Token("a", "body"))).ShouldBeNull();
        await _answers.PurgeAsync(_queue, default);
        _store.Number("SELECT count(*) FROM kept_answer").ShouldBe(0);
    }

    [Fact]
    public async Task Answer_of_before_there_was_a_derivation_key_is_recognised()
    {
        using var master = MasterKey.Generate();
        var earlier = HMACSHA256.HashData(
            master.Derive("vaultportal/idempotency/v1", 32),
            "body"u8
        );
        await Keep(Token("a", "body") with { BodyMac = earlier });
        using var derivation = DerivationKey.FromBytes(new byte[32], master);
        var answers = new KeptAnswers(_ring, derivation, _clock);

        var same = await Find(answers.Token("user:1", "POST", "/vault", "a", "body"u8));
        var other = await Find(answers.Token("user:1", "POST", "/vault", "a", "other"u8));

        same.ShouldNotBeNull().Value.ShouldBe(Answer);
        other.ShouldNotBeNull().Error!.Code.ShouldBe("idempotency_key_reused");
    }

    [Fact]
    public void Request_under_way_is_claimed_once()
    {
        var token = Token("a", "body");
        using (var first = _answers.Begin(token))
        {
            first.ShouldNotBeNull();
            _answers.Begin(token).ShouldBeNull();
        }

        using var later = _answers.Begin(token);
        later.ShouldNotBeNull();
    }

    [Fact]
    public async Task Answer_is_sealed_and_the_body_is_known_by_a_mac_only()
    {
        await Keep(Token("a", "a body that must not be found"));
        _queue.Dispose();

        var stored = Directory.GetFiles(_store.Folder).SelectMany(File.ReadAllBytes).ToArray();

        stored.AsSpan().IndexOf("must not be found"u8).ShouldBe(-1);
        stored.AsSpan().IndexOf("507f1f77bcf86cd799439011"u8).ShouldBe(-1);
    }

    public void Dispose()
    {
        _queue.Dispose();
        _derivation.Dispose();
        _ring.Dispose();
        _store.Dispose();
    }

    private IdempotencyToken Token(string key, string body) =>
        _answers.Token("user:1", "POST", "/vault", key, System.Text.Encoding.UTF8.GetBytes(body));

    private Task<bool> Keep(IdempotencyToken token) =>
        _queue.RunAsync(scope =>
        {
            _answers.Keep(scope, token, Answer);
            return true;
        });

    private Task<Result<Created>?> Find(IdempotencyToken token) =>
        _queue.RunAsync(scope => _answers.Find<Created>(scope, token));

    private sealed class MovedClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Move(TimeSpan by) => _now += by;
    }
}
