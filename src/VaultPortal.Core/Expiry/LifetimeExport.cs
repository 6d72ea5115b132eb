using VaultPortal.Core.Common;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// The list on its way into a file. Which objects it has, and in what order, was worked out at one moment; they are read some at a time,
/// as they leave. Dispose of it to end the turn.
/// </summary>
public sealed class LifetimeExport : IDisposable
{
    /// <summary>Most objects that are held at once.</summary>
    public const int AtOnce = 500;

    private readonly ExpiryCursor[] _places;
    private readonly Func<
        ArraySegment<ExpiryCursor>,
        Task<Result<IReadOnlyList<ExpiryEntry>>>
    > _read;
    private readonly IDisposable _turn;
    private int _done;

    /// <param name="places">In their order.</param>
    /// <param name="read">Reads some objects anew; those that are gone or not seen any more are left out.</param>
    /// <param name="turn">Ends with this.</param>
    internal LifetimeExport(
        ExpiryCursor[] places,
        Func<ArraySegment<ExpiryCursor>, Task<Result<IReadOnlyList<ExpiryEntry>>>> read,
        IDisposable turn
    )
    {
        (_places, _read, _turn) = (places, read, turn);
    }

    /// <summary>Whether all was read.</summary>
    public bool IsDone => _done == _places.Length;

    /// <summary>The next objects; a refusal when the caller may not read any more.</summary>
    public Task<Result<IReadOnlyList<ExpiryEntry>>> NextAsync()
    {
        var from = _done;
        _done = Math.Min(from + AtOnce, _places.Length);
        return _read(new ArraySegment<ExpiryCursor>(_places, from, _done - from));
    }

    public void Dispose() => _turn.Dispose();
}
