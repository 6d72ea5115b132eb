using Shouldly;
using VaultPortal.Core.Keys;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Keys;

public sealed class SealCountsTests : IDisposable
{
    private readonly KeyWorld _world = new();

    [Fact]
    public async Task Kill_leaves_a_count_that_is_too_high_and_never_too_low()
    {
        var process = await _world.StartAsync();
        for (var i = 0; i < 100; i++)
        {
            process.Keys.Ring.Seal("value"u8, "row"u8);
        }

        process.Kill();

        Stored().ShouldBe(SealCounts.Block);
    }

    [Fact]
    public async Task Process_that_ends_in_order_leaves_the_exact_count()
    {
        var process = await _world.StartAsync();
        process.Keys.Ring.Seal("value"u8, "row"u8);
        var sealedSoFar = process.Keys.Ring.SealCount(process.Keys.Ring.CurrentId);
        process.Dispose();

        Stored().ShouldBe(sealedSoFar);
        // The self-test, the seed of the signing key, the value.
        sealedSoFar.ShouldBe(3);
    }

    [Fact]
    public async Task Counts_of_two_processes_add_up()
    {
        var first = await _world.StartAsync();
        var second = await _world.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            first.Keys.Ring.Seal("value"u8, "row"u8);
            second.Keys.Ring.Seal("value"u8, "row"u8);
        }

        first.Dispose();
        second.Dispose();

        // Twice the self-test, once the seed of the signing key.
        Stored().ShouldBe(23);
    }

    [Fact]
    public async Task More_seals_are_counted_ahead_before_a_block_is_used_up()
    {
        var process = await _world.StartAsync();
        var ring = process.Keys.Ring;
        while (ring.SealsLeft(ring.CurrentId) >= KeyRing.FewSeals)
        {
            ring.Seal([], []);
        }

        var began = System.Diagnostics.Stopwatch.StartNew();
        while (Stored() < 2 * SealCounts.Block)
        {
            began.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            await Task.Delay(10);
        }
    }

    [Fact]
    public async Task Key_that_has_sealed_half_as_often_as_it_may_is_replaced()
    {
        (await _world.StartAsync()).Dispose();
        _world.Store.Execute($"UPDATE data_key SET seal_count = {SealCounts.ReplaceAt}");
        var worn = Current();

        var process = await _world.StartAsync();

        process.Keys.Ring.CurrentId.ShouldBe(Current());
        process.Keys.Ring.CurrentId.ShouldNotBe(worn);
        process.Keys.Ring.Holds(worn).ShouldBeTrue();
        process.Keys.Ring.Open(process.Keys.Ring.Seal("a"u8, []), []).ShouldBe("a"u8.ToArray());
    }

    public void Dispose() => _world.Dispose();

    private long Stored() => _world.Store.Number("SELECT sum(seal_count) FROM data_key");

    private string Current()
    {
        using var context = _world.Store.Database.CreateDbContext();
        return context
            .Set<DataKey>()
            .Single(key => key.State == DataKeyState.Current && key.Purpose == DataKeyPurpose.Seals)
            .Id;
    }
}
