namespace VaultPortal.Tests.E2E.Demos;

/// <summary>
/// How the walks go: as tests at full speed, or with <c>VAULTPORTAL_DEMO_PACE=slow</c> slowly enough to be watched, with pictures and a
/// video.
/// </summary>
internal static class Pace
{
    public static bool IsSlow { get; } =
        Environment.GetEnvironmentVariable("VAULTPORTAL_DEMO_PACE") == "slow";

    /// <summary>Between two keys that are typed, in milliseconds.</summary>
    public const float Key = 45;

    /// <summary>Long enough to read what a step says.</summary>
    public static Task Read() => Wait(1800);

    /// <summary>Long enough to see what a click did.</summary>
    public static Task Look() => Wait(700);

    private static Task Wait(int milliseconds) =>
        IsSlow ? Task.Delay(milliseconds) : Task.CompletedTask;
}
