using Shouldly;
using VaultPortal.Core.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class RateLimiterTests
{
    private readonly FakeClock _clock = new();
    private readonly RateLimiter _limiter;

    public RateLimiterTests() => _limiter = new(new RateLimitOptions { PerKey = 10 }, _clock);

    [Fact]
    public void RateLimiter_burst_is_twice_the_rate()
    {
        Serve(20);

        var state = _limiter.Take(RateLimitKey.OfApiKey(1));
        (state.Refusal?.Code, state.Refusal?.RetryAfter).ShouldBe(
            ("rate_limit_exceeded", TimeSpan.FromSeconds(1))
        );
    }

    [Fact]
    public void RateLimiter_fills_evenly()
    {
        Serve(20);

        _clock.Advance(TimeSpan.FromMilliseconds(99));
        _limiter.Take(RateLimitKey.OfApiKey(1)).Refusal.ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _limiter.Take(RateLimitKey.OfApiKey(1)).Refusal.ShouldBeNull();
        _limiter.Take(RateLimitKey.OfApiKey(1)).Refusal.ShouldNotBeNull();
    }

    [Fact]
    public void RateLimiter_subjects_of_one_issuer_do_not_share()
    {
        var first = Issued("one").RateLimitKey;
        for (var i = 0; i < 20; i++)
        {
            _limiter.Take(first);
        }

        _limiter.Take(first).Refusal.ShouldNotBeNull();
        _limiter.Take(Issued("one").RateLimitKey).Refusal.ShouldNotBeNull();
        _limiter.Take(Issued("two").RateLimitKey).Refusal.ShouldBeNull();
    }

    private static Caller Issued(string subject) =>
        new()
        {
            Kind = CallerKind.Issued,
            Issued = new IssuedCredential(1, 1, Permissions.None, DateTimeOffset.MaxValue),
            Actor = $"issuer:1:{subject}",
            CorrelationId = "call",
        };

    [Fact]
    public void RateLimiter_keys_do_not_share()
    {
        Serve(20);

        _limiter.Take(RateLimitKey.OfApiKey(2)).Refusal.ShouldBeNull();
    }

    [Fact]
    public void RateLimiter_headers_have_the_form_of_the_draft()
    {
        var state = _limiter.Take(RateLimitKey.OfApiKey(1));

        state.Header.ShouldBe("\"key\";r=19;t=1");
        state.PolicyHeader.ShouldBe("\"key\";q=20;w=2");
    }

    [Fact]
    public void RateLimiter_looking_takes_nothing()
    {
        _limiter.Take(RateLimitKey.OfApiKey(1));

        _limiter.Look(RateLimitKey.OfApiKey(1)).Remaining.ShouldBe(19);
        _limiter.Look(RateLimitKey.OfApiKey(1)).Remaining.ShouldBe(19);
    }

    [Fact]
    public void RateLimiter_never_holds_more_than_the_burst()
    {
        Serve(5);
        _clock.Advance(TimeSpan.FromHours(1));

        _limiter.Look(RateLimitKey.OfApiKey(1)).ShouldBe(new RateLimitState(10, 20, 0, null));
    }

    [Fact]
    public void RateLimiter_forgets_buckets_that_are_full_again()
    {
        for (var key = 0; key < 20_000; key++)
        {
            _limiter.Take(RateLimitKey.OfApiKey(key));
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        _limiter.Kept.ShouldBeLessThan(10_000);
    }

    private void Serve(int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            _limiter.Take(RateLimitKey.OfApiKey(1)).Refusal.ShouldBeNull();
        }
    }
}
