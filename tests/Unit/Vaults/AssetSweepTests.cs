using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using VaultPortal.Tests.Unit.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Vaults;

public sealed class AssetSweepTests : IDisposable
{
    private readonly AccountWorld _world = new();

    private AssetSweep Sweep => new(_world.Queue, _world.Time);

    [Fact]
    public async Task What_nothing_names_goes_after_a_day_with_its_parts()
    {
        for (var i = 0; i < 25; i++)
        {
            await Upload(complete: i % 2 == 0);
        }

        _world.Time.Advance(TimeSpan.FromHours(23));
        var young = await Upload(complete: true);
        await Sweep.SweepAsync(Caller.System("test"), default);
        Count("asset").ShouldBe(26);
        _world.Time.Advance(TimeSpan.FromHours(1));

        await Sweep.SweepAsync(Caller.System("test"), default);

        Count("asset").ShouldBe(1);
        Count("asset_chunk").ShouldBe(1);
        (await Stands(young)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_field_names_stays()
    {
        var named = await Upload(complete: true);
        await _world.Queue.RunAsync(scope =>
        {
            scope.Commands<AssetCommands>().CountReference(named);
            return 0;
        });
        _world.Time.Advance(TimeSpan.FromDays(400));

        await Sweep.SweepAsync(Caller.System("test"), default);

        (await Stands(named)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(27, false)]
    [InlineData(28, true)]
    [InlineData(65_564, true)]
    [InlineData(65_565, false)]
    [InlineData(65_591, false)]
    [InlineData(65_592, true)]
    [InlineData(10_490_240, true)]
    [InlineData(10_490_268, true)]
    [InlineData(10_490_269, false)]
    public void Length_of_chunks_is_possible_or_not(long length, bool possible) =>
        AssetForm.IsPossible(length).ShouldBe(possible);

    public void Dispose() => _world.Dispose();

    private Task<PublicId> Upload(bool complete) =>
        _world.Queue.RunAsync(scope =>
        {
            var commands = scope.Commands<AssetCommands>();
            var id = PublicId.New(scope.Now);
            var row = commands.Insert(id, 1, 1, new PrincipalRef(PrincipalKind.User, 1), scope.Now);
            commands.Append(row, 0, [1, 2, 3]);
            if (complete)
            {
                commands.Complete(row, 3, scope.Now);
            }

            return id;
        });

    private Task<bool> Stands(PublicId id) =>
        _world.Queue.RunAsync(scope => scope.Commands<AssetCommands>().Find(id) is not null);

    private long Count(string table) => _world.Store.Number($"SELECT count(*) FROM {table}");
}
