using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// The uploads that are under way in this process: a few for each account and in all, so that neither memory nor the disk is filled
/// by those who only begin, and one for each attachment.
/// </summary>
public sealed class AssetUploads
{
    public const int MostOfOne = 4;
    public const int Most = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, int> _perAccount = [];
    private readonly HashSet<PublicId> _ids = [];
    private int _all;

    /// <param name="account">Who answers for the caller: one account has as many keys and agents as it wants.</param>
    /// <param name="id">The attachment.</param>
    /// <summary>A place, which ends when it is disposed of; <c>rate_limit_exceeded</c> while none is free.</summary>
    internal Result<Place> Enter(long account, PublicId id)
    {
        lock (_gate)
        {
            var own = _perAccount.GetValueOrDefault(account);
            if (own >= MostOfOne || _all >= Most)
            {
                return TooMany;
            }

            _perAccount[account] = own + 1;
            _all++;
            return new Place(this, account, id, _ids.Add(id));
        }
    }

    internal static readonly VaultError TooManyUnnamed = new(
        ErrorKind.Limited,
        "rate_limit_exceeded",
        "You have uploaded many attachments that no item names; name them, or wait until they are removed."
    )
    {
        RetryAfter = TimeSpan.FromHours(1),
    };

    private static readonly VaultError TooMany = new(
        ErrorKind.Limited,
        "rate_limit_exceeded",
        $"At most {MostOfOne} attachments of one account, with its agents, are uploaded at once, and {Most} in all; wait for one to end."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private void Leave(Place place)
    {
        lock (_gate)
        {
            _all--;
            if (--_perAccount[place.Account] == 0)
            {
                _perAccount.Remove(place.Account);
            }

            if (place.HasId)
            {
                _ids.Remove(place.Id);
            }
        }
    }

    /// <param name="hasId">Whether nobody else is uploading this attachment.</param>
    internal sealed class Place(AssetUploads uploads, long account, PublicId id, bool hasId)
        : IDisposable
    {
        private int _left;

        public long Account => account;

        public PublicId Id => id;

        public bool HasId => hasId;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                uploads.Leave(this);
            }
        }
    }
}
