using Shouldly;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using Xunit;

namespace VaultPortal.Tests.Unit.Vaults;

public sealed class AssetUploadsTests
{
    private readonly AssetUploads _uploads = new();

    [Fact]
    public void One_account_never_has_all_places()
    {
        for (var i = 0; i < AssetUploads.MostOfOne; i++)
        {
            Enter(account: 1).Succeeded.ShouldBeTrue();
        }

        Enter(account: 1).Error!.Code.ShouldBe("rate_limit_exceeded");
        Enter(account: 2).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public void Place_is_free_again_once_it_was_left()
    {
        for (var i = 0; i < 2 * AssetUploads.Most; i++)
        {
            Enter(account: 1).Value.Dispose();
        }

        Enter(account: 1).Succeeded.ShouldBeTrue();
    }

    private Result<AssetUploads.Place> Enter(long account) =>
        _uploads.Enter(account, PublicId.New(DateTimeOffset.UnixEpoch));
}
