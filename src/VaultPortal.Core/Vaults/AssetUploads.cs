using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// The uploads that are under way in this process: a few for each credential and in all, so that neither memory nor the disk is filled
/// by those who only begin, and one for each attachment.
/// </summary>
public sealed class AssetUploads
{
    public const int MostOfOne = 4;
    public const int Most = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<RateLimitKey, int> _perKey = [];
    private readonly HashSet<PublicId> _ids = [];
    private int _all;

    /// <summary>A place, which ends when it is disposed of; <c>rate_limit_exceeded</c> while none is free.</summary>
    internal Result<Place> Enter(RateLimitKey key, PublicId id)
    {
        lock (_gate)
        {
            var own = _perKey.GetValueOrDefault(key);
            if (own >= MostOfOne || _all >= Most)
            {
                return TooMany;
            }

            _perKey[key] = own + 1;
            _all++;
            return new Place(this, key, id, _ids.Add(id));
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
        $"At most {MostOfOne} attachments of one key are uploaded at once, and {Most} in all; wait for one to end."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private void Leave(Place place)
    {
        lock (_gate)
        {
            _all--;
            if (--_perKey[place.Key] == 0)
            {
                _perKey.Remove(place.Key);
            }

            if (place.HasId)
            {
                _ids.Remove(place.Id);
            }
        }
    }

    /// <param name="hasId">Whether nobody else is uploading this attachment.</param>
    internal sealed class Place(AssetUploads uploads, RateLimitKey key, PublicId id, bool hasId)
        : IDisposable
    {
        private int _left;

        public RateLimitKey Key => key;

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
