using System.Text;

namespace VaultPortal.Core.Tokens;

/// <summary>
/// One state of a trusted issuer: its rules, and its keys as they were last got. Keys from an address are fetched anew after an hour, and
/// when a token names one that is not among them; but never more often than once a minute, whoever asks, and one fetch at a time. When a
/// fetch fails the keys before it stay in use for a day.
/// </summary>
internal sealed class IssuerState
{
    public static readonly TimeSpan FreshFor = TimeSpan.FromHours(1);
    public static readonly TimeSpan UsableFor = TimeSpan.FromHours(24);
    public static readonly TimeSpan BetweenFetches = TimeSpan.FromMinutes(1);

    private readonly TrustedIssuer _issuer;
    private readonly IJwksSource _source;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private volatile KnownKeys _known = new(null, null, null);
    private DateTimeOffset? _tried;
    private Task _fetching = Task.CompletedTask;

    /// <param name="issuer">The row.</param>
    /// <param name="source">Where keys are fetched.</param>
    /// <param name="time">The clock.</param>
    /// <param name="before">The state before, whose keys go on where they come from the same address.</param>
    public IssuerState(
        TrustedIssuer issuer,
        IJwksSource source,
        TimeProvider time,
        IssuerState? before = null
    )
    {
        _issuer = issuer;
        _source = source;
        _time = time;
        Mappings = ClaimMappings.Read(issuer.Mappings);
        if (issuer.JwksDocument is { } document)
        {
            _known = new(JwkSet.Parse(Encoding.UTF8.GetBytes(document)), null, null);
        }
        else if (
            before is not null
            && before._issuer.JwksUri == issuer.JwksUri
            && before._issuer.AllowsPrivateAddress == issuer.AllowsPrivateAddress
        )
        {
            lock (before._gate)
            {
                (_known, _tried) = (before._known, before._tried);
            }
        }
    }

    public long Id => _issuer.Id;

    public long Revision => _issuer.Revision;

    public TrustedIssuer Issuer => _issuer;

    public ClaimMappings Mappings { get; }

    /// <summary>The keys as they are known, usable or not.</summary>
    public KnownKeys Known => _known;

    /// <summary>The key that the token names, after a fetch where one is due. Without any usable keys there is no telling.</summary>
    public async ValueTask<KeySearch> FindAsync(Jws token, CancellationToken cancellation)
    {
        if (!AreYoungerThan(FreshFor))
        {
            await RefreshAsync(cancellation);
        }

        if (Usable()?.Find(token) is { } known)
        {
            return new KeySearch(known, true);
        }

        await RefreshAsync(cancellation);
        var keys = Usable();
        return new KeySearch(keys?.Find(token), keys is not null);
    }

    /// <summary>Takes keys that were fetched to try the address before it was stored.</summary>
    public void Learn(JwkSet keys)
    {
        lock (_gate)
        {
            _tried = _time.GetUtcNow();
        }

        Take(new FetchedKeys(keys, null));
    }

    private bool AreYoungerThan(TimeSpan age) =>
        _issuer.JwksUri is null || _time.GetUtcNow() - _known.FetchedAt < age;

    private JwkSet? Usable() => AreYoungerThan(UsableFor) ? _known.Keys : null;

    /// <summary>Joins the fetch under way, or begins one if one may be begun. The fetch is everybody's: no caller's end cancels it.</summary>
    private Task RefreshAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_fetching.IsCompleted)
            {
                var now = _time.GetUtcNow();
                if (_issuer.JwksUri is not { } address || now - _tried < BetweenFetches)
                {
                    return Task.CompletedTask;
                }

                _tried = now;
                // Off the caller's thread and out of its lock.
                _fetching = Task.Run(() => FetchAsync(address), CancellationToken.None);
            }

            return _fetching.WaitAsync(cancellation);
        }
    }

    private async Task FetchAsync(string address) =>
        Take(
            await _source.FetchAsync(address, _issuer.AllowsPrivateAddress, CancellationToken.None)
        );

    private void Take(FetchedKeys fetched) =>
        _known = fetched.Keys is { } keys
            ? new KnownKeys(keys, _time.GetUtcNow(), null)
            : _known with
            {
                Problem = fetched.Problem,
            };
}

/// <param name="Keys">The keys; null when none are known yet.</param>
/// <param name="FetchedAt">When they were fetched; null for a document.</param>
/// <param name="Problem">Why the last fetch failed; null when it did not.</param>
internal sealed record KnownKeys(JwkSet? Keys, DateTimeOffset? FetchedAt, string? Problem);

/// <param name="Key">The key that was looked for.</param>
/// <param name="CanTell">Whether there are keys to look among.</param>
internal readonly record struct KeySearch(TokenKey? Key, bool CanTell);
