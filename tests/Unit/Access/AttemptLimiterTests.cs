using System.Net;
using Shouldly;
using VaultPortal.Core.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class AttemptLimiterTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Addresses_of_one_ipv6_network_share_their_tries()
    {
        var limiter = new AttemptLimiter(_time, 2, TimeSpan.FromMinutes(1));

        limiter.Take(IPAddress.Parse("2001:db8:0:1::1")).ShouldBeNull();
        limiter.Take(IPAddress.Parse("2001:db8:0:1::2")).ShouldBeNull();
        limiter.Take(IPAddress.Parse("2001:db8:0:1::3")).ShouldNotBeNull();
        limiter.Take(IPAddress.Parse("2001:db8:0:2::1")).ShouldBeNull();
    }

    [Fact]
    public void An_address_written_both_ways_is_one()
    {
        var limiter = new AttemptLimiter(_time, 1, TimeSpan.FromMinutes(1));

        limiter.Take(IPAddress.Parse("192.0.2.1")).ShouldBeNull();
        limiter.Take(IPAddress.Parse("::ffff:192.0.2.1")).ShouldNotBeNull();
    }

    [Fact]
    public void A_window_begins_with_its_first_try()
    {
        var limiter = new AttemptLimiter(_time, 1, TimeSpan.FromMinutes(1));
        limiter.Take(IPAddress.Loopback).ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(59));
        limiter.Take(IPAddress.Loopback)!.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        limiter.Take(IPAddress.Loopback).ShouldBeNull();
    }
}
