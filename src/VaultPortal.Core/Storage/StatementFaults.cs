namespace VaultPortal.Core.Storage;

/// <summary>Where tests let a statement of the current thread fail, before it ran or after it did. Nothing sets it in the product.</summary>
internal static class StatementFaults
{
    [ThreadStatic]
    internal static Action<string>? Before;

    [ThreadStatic]
    internal static Action<string>? After;
}
