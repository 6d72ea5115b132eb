using System.Collections;

namespace VaultPortal.Core.Secrets;

/// <summary>Values on their way out together, by key. Disposing zeroes them and lets the next export begin.</summary>
public sealed class SecretExport : IReadOnlyList<RevealedSecret>, IDisposable
{
    private readonly IReadOnlyList<RevealedSecret> _secrets;
    private readonly IDisposable _turn;

    internal SecretExport(IReadOnlyList<RevealedSecret> secrets, IDisposable turn) =>
        (_secrets, _turn) = (secrets, turn);

    public int Count => _secrets.Count;

    public RevealedSecret this[int index] => _secrets[index];

    public IEnumerator<RevealedSecret> GetEnumerator() => _secrets.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        foreach (var secret in _secrets)
        {
            secret.Dispose();
        }

        _turn.Dispose();
    }
}
