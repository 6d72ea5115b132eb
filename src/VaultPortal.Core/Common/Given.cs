namespace VaultPortal.Core.Common;

/// <summary>A member that was present in a request, null perhaps; where the request may leave it out.</summary>
public readonly record struct Given<T>(T Value);

public static class Given
{
    /// <summary>What a request said that keeps a value and, for a null that was meant, a flag; null = it said nothing.</summary>
    public static Given<T?>? Or<T>(T? value, bool saysNull)
        where T : struct => value is null && !saysNull ? null : new Given<T?>(value);
}
