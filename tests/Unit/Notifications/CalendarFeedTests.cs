using System.Net;
using System.Security.Cryptography;
using System.Text;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Notifications;

public sealed class CalendarFeedTests : IDisposable
{
    private static readonly IPAddress Source = IPAddress.Parse("203.0.113.77");

    private readonly NotificationWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Calendar_holds_what_expires_and_no_more()
    {
        await SecretAsync("SOON", FakeClock.Start.AddDays(3));
        await SecretAsync("PAST", FakeClock.Start.AddDays(-1));
        await SecretAsync("NEVER", null);
        var token = await TokenAsync(_world.Person());

        var calendar = (await _world.Published.ReadAsync(token, Source)).Value;

        calendar.ShouldStartWith("BEGIN:VCALENDAR\r\n");
        calendar.ShouldContain("SUMMARY:SOON expires\r\n");
        calendar.ShouldContain("DTSTART:20261123T100000Z\r\n");
        calendar.ShouldContain("UID:environment-secret-SOON@expires.vaultportal\r\n");
        calendar.ShouldNotContain("PAST");
        calendar.ShouldNotContain("NEVER");
        calendar.ShouldNotContain("canary");
    }

    [Fact]
    public async Task What_its_owner_has_muted_is_left_out()
    {
        await SecretAsync("SOON", FakeClock.Start.AddDays(3));
        await SecretAsync("MUTED", FakeClock.Start.AddDays(3));
        var person = _world.Person();
        var token = await TokenAsync(person);
        var other = await TokenAsync(_world.Person());

        _world.Store.Execute(
            $"INSERT INTO reminder_mute (account_id, kind, object_id, muted_at) SELECT {person.AccountId}, 3, id, 1 FROM secret WHERE name = 'MUTED'"
        );

        var calendar = (await _world.Published.ReadAsync(token, Source)).Value;
        calendar.ShouldContain("SOON");
        calendar.ShouldNotContain("MUTED");
        (await _world.Published.ReadAsync(other, Source)).Value.ShouldContain("MUTED");
    }

    [Fact]
    public async Task Reading_a_calendar_takes_nothing_from_what_its_person_may_ask()
    {
        var person = _world.Person();
        var token = await TokenAsync(person);
        var limiter = new RateLimiter(new RateLimitOptions { PerKey = 1 }, _world.Clock);
        var published = new PublishedCalendars(
            _world.Store.Reads,
            new LifetimeReads(_world.Store.Gate, _world.Store.Reads),
            _world.Store.Queue,
            new CalendarStrangers(new GuessGuard(_world.Clock), limiter, _world.Store.Refusals),
            _world.Clock
        );
        var whole = limiter.Look(person.RateLimitKey).Remaining;

        for (var i = 0; i < whole; i++)
        {
            (await published.ReadAsync(token, Source)).Succeeded.ShouldBeTrue();
        }

        (await published.ReadAsync(token, Source)).Error!.Kind.ShouldBe(ErrorKind.Limited);
        limiter.Look(person.RateLimitKey).Remaining.ShouldBe(whole);
    }

    [Fact]
    public async Task Account_sees_by_its_role_at_that_very_moment()
    {
        await SecretAsync("SOON", FakeClock.Start.AddDays(3));
        var key = _world.Store.AddKey(_world.Owner, expiresAt: FakeClock.Start.AddDays(5));
        var person = _world.Person();
        var token = await TokenAsync(person);
        (await _world.Published.ReadAsync(token, Source)).Value.ShouldContain("api-key-");

        _world.Store.Execute(
            $"UPDATE account SET role = {(int)Role.Auditor} WHERE id = {person.AccountId}"
        );

        // An Auditor sees names of secrets, and of keys only the own ones.
        var less = (await _world.Published.ReadAsync(token, Source)).Value;
        less.ShouldContain("SOON");
        less.ShouldNotContain("api-key-");
        key.Row.ShouldNotBeNull();
    }

    [Fact]
    public async Task Address_of_a_disabled_account_is_not_found()
    {
        var person = _world.Person();
        var token = await TokenAsync(person);
        _world.Store.Execute($"UPDATE account SET disabled_at = 1 WHERE id = {person.AccountId}");

        (await _world.Published.ReadAsync(token, Source)).Error!.Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task New_address_ends_the_one_before_and_revoking_ends_both()
    {
        var person = _world.Person();
        var first = await TokenAsync(person);
        var second = await TokenAsync(person);

        second.ShouldNotBe(first);
        (await _world.Published.ReadAsync(first, Source)).Error!.Code.ShouldBe("not_found");
        (await _world.Published.ReadAsync(second, Source)).Succeeded.ShouldBeTrue();

        (await _world.Calendars.RevokeAsync(person)).Succeeded.ShouldBeTrue();
        (await _world.Calendars.RevokeAsync(person)).Succeeded.ShouldBeTrue();
        (await _world.Published.ReadAsync(second, Source)).Error!.Code.ShouldBe("not_found");
        (await _world.Calendars.GetAsync(person)).Value.ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("../../etc/passwd")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Ünïcødé 🔑")]
    public async Task Text_that_is_no_token_is_not_found(string text) =>
        (await _world.Published.ReadAsync(text, Source)).Error!.Code.ShouldBe("not_found");

    [Fact]
    public async Task Token_is_256_random_bits_of_which_a_hash_is_kept()
    {
        var made = (await _world.Calendars.MakeAsync(_world.Person())).Value;

        made.Token.Length.ShouldBe(43);
        made.ToString().ShouldNotContain(made.Token);
        var files = DatabaseText.Of(_world.Store.Folder);
        files.ShouldNotContain(made.Token);
        files.ShouldContain(
            Encoding.Latin1.GetString(SHA256.HashData(Encoding.UTF8.GetBytes(made.Token)))
        );
        _world.Store.Audited("calendar.make").ShouldHaveSingleItem().ShouldNotContain(made.Token);
    }

    [Fact]
    public async Task Address_needs_a_person_and_a_step_up()
    {
        (await _world.Calendars.MakeAsync(_world.Person(steppedUp: false))).Error!.Code.ShouldBe(
            "step_up_required"
        );
        (await _world.Calendars.MakeAsync(_world.Machine)).Error!.Code.ShouldBe("forbidden");
        (await _world.Calendars.GetAsync(_world.Machine)).Error!.Code.ShouldBe("forbidden");
        (await _world.Calendars.RevokeAsync(_world.Machine)).Error!.Code.ShouldBe("forbidden");
    }

    [Fact]
    public async Task Whoever_guesses_is_limited_and_a_good_address_is_served_all_the_same()
    {
        var token = await TokenAsync(_world.Person());
        for (var i = 0; i < GuessGuard.PerMinute; i++)
        {
            (await _world.Published.ReadAsync($"guess{i}", Source)).Error!.Code.ShouldBe(
                "not_found"
            );
        }

        (await _world.Published.ReadAsync("guess", Source)).Error!.Kind.ShouldBe(ErrorKind.Limited);
        (await _world.Published.ReadAsync(token, Source)).Succeeded.ShouldBeTrue();
        (
            await _world.Published.ReadAsync("guess", IPAddress.Parse("198.51.100.1"))
        ).Error!.Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task Last_use_is_written_lazily_and_only_of_the_present_address()
    {
        var person = _world.Person();
        var token = await TokenAsync(person);
        (await _world.Calendars.GetAsync(person)).Value!.LastUsedAt.ShouldBeNull();
        _world.Clock.Advance(TimeSpan.FromMinutes(4));

        await _world.Published.ReadAsync(token, Source);
        await _world.Published.FlushAsync();

        (await _world.Calendars.GetAsync(person)).Value!.LastUsedAt.ShouldBe(
            FakeClock.Start.AddMinutes(4)
        );
        await TokenAsync(person);
        (await _world.Calendars.GetAsync(person)).Value!.LastUsedAt.ShouldBeNull();
    }

    private async Task<string> TokenAsync(Caller person) =>
        (await _world.Calendars.MakeAsync(person)).Value.Token;

    private async Task SecretAsync(string key, DateTimeOffset? expiresAt) =>
        await _world.Secrets.CreateAsync(
            _world.Machine,
            new NewEnvironmentSecret
            {
                Key = key,
                Value = Encoding.UTF8.GetBytes("canary"),
                ExpiresAt = expiresAt,
            }
        );
}
