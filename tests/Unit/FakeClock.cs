namespace VaultPortal.Tests.Unit;

/// <summary>A clock that moves only when it is told to.</summary>
internal sealed class FakeClock : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    private DateTimeOffset _now = Start;
    private TimeSpan _jumped;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => (_now - _jumped).UtcTicks;

    public void Advance(TimeSpan by) => _now += by;

    /// <summary>Somebody set the time of day; the steady clock goes on.</summary>
    public void Jump(TimeSpan by) => (_now, _jumped) = (_now + by, _jumped + by);
}
