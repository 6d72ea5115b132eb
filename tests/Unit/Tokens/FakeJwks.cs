using VaultPortal.Core.Tokens;

namespace VaultPortal.Tests.Unit.Tokens;

/// <summary>Keys at an address, as a test says; counts how often they are asked for.</summary>
internal sealed class FakeJwks : IJwksSource
{
    private int _fetches;

    public int Fetches => _fetches;

    public string? Set { get; set; }

    public string Problem { get; set; } = "It does not answer.";

    public List<(string Address, bool AllowsPrivate)> Asked { get; } = [];

    /// <summary>What an answer waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    async Task<FetchedKeys> IJwksSource.FetchAsync(
        string address,
        bool allowsPrivate,
        CancellationToken cancellation
    )
    {
        Interlocked.Increment(ref _fetches);
        lock (Asked)
        {
            Asked.Add((address, allowsPrivate));
        }

        await Gate;
        return Set is null
            ? new FetchedKeys(null, Problem)
            : new FetchedKeys(JwkSet.Parse(System.Text.Encoding.UTF8.GetBytes(Set)), null);
    }
}
