using System.Globalization;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Secrets;

/// <summary>A new value leaves the row of its secret as it is; whoever asks is told the newest version all the same.</summary>
public sealed class RecentVersionTests : IDisposable
{
    private readonly SecretWorld _world = new();

    [Fact]
    public async Task New_value_leaves_the_row_of_its_secret_as_it_is()
    {
        await Put("KEY", "first", "second");

        RowVersion("KEY").ShouldBe(1);
        Recent().ShouldBe(1);
    }

    [Fact]
    public async Task New_value_is_read_at_once_in_the_queue_and_beside_it()
    {
        await Put("KEY", "first", "second", "third");
        var updatedAt = _world.Now;
        _world.Clock.Advance(TimeSpan.FromHours(1));

        (await _world.Read("KEY")).ShouldBe("third");
        var secret = await _world.Get("KEY");
        secret.Version.ShouldBe(3);
        secret.UpdatedAt.ShouldBe(updatedAt);
        (await _world.Environment.ListVersionsAsync(_world.Machine, "KEY"))
            .Value.Select(version => version.Version)
            .ShouldBe([3L, 2L, 1L]);
        (
            await _world.Environment.VerifyAsync(_world.Machine, "KEY", SecretWorld.Bytes("third"))
        ).Value.ShouldBe(new SecretMatch(Match: true, 3));
        (await Exported()).ShouldBe(["KEY=third"]);
    }

    [Fact]
    public async Task New_value_counts_for_the_condition_of_the_next()
    {
        await Put("KEY", "first", "second");

        (await Update("KEY", "third", ifMatch: 1)).Error.ShouldBe(SecretErrors.VersionConflict);
        (await Update("KEY", "third", ifMatch: 2)).Value.Version.ShouldBe(3);
    }

    [Fact]
    public async Task Lists_say_and_sort_by_when_the_newest_version_was_made()
    {
        foreach (var key in new[] { "ONE", "TWO", "THREE" })
        {
            await Put(key, "first");
            _world.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await Update("TWO", "second");
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        await Update("ONE", "second");
        await _world.CreateItem("item");

        (await ByUpdate(descending: true)).ShouldBe(["ONE 2", "TWO 2", "THREE 1"]);
        (await ByUpdate(descending: false)).ShouldBe(["THREE 1", "TWO 2", "ONE 2"]);
        (await _world.Environment.ListAsync(_world.Machine))
            .Value.Select(Shown)
            .ShouldBe(["THREE 1", "TWO 2", "ONE 2"]);
    }

    [Fact]
    public async Task Change_of_more_than_the_value_goes_to_the_row_and_is_not_overtaken_by_what_came_before()
    {
        await Put("KEY", "first", "second");
        var expiresAt = _world.Now.AddDays(1);

        await _world.Update("KEY", new() { ExpiresAt = new(expiresAt) });

        RowVersion("KEY").ShouldBe(3);
        var secret = await _world.Get("KEY");
        secret.Version.ShouldBe(3);
        secret.ExpiresAt.ShouldBe(expiresAt);
        (await _world.Read("KEY")).ShouldBe("second");
        await SecretSweep.RunAsync(_world.Store.Queue);
        RowVersion("KEY").ShouldBe(3);
        (await _world.Read("KEY")).ShouldBe("second");
    }

    [Fact]
    public async Task Rotation_after_a_new_value_answers_that_one_as_the_previous()
    {
        await Put("KEY", "first", "second");

        await _world.Environment.RotateAsync(
            _world.Machine,
            "KEY",
            new() { Value = SecretWorld.Bytes("third"), GraceHours = 1 }
        );
        await Update("KEY", "fourth");

        (await _world.Read("KEY")).ShouldBe("fourth");
        (await _world.Read("KEY", previous: true)).ShouldBe("second");
    }

    [Fact]
    public async Task Sweep_brings_the_rows_up_to_date_and_empties_the_table()
    {
        await Put("ONE", "first", "second", "third");
        await Put("TWO", "first", "second");

        await SecretSweep.RunAsync(_world.Store.Queue);

        RowVersion("ONE").ShouldBe(3);
        RowVersion("TWO").ShouldBe(2);
        Recent().ShouldBe(0);
        (await _world.Get("ONE")).Version.ShouldBe(3);
        (await _world.Read("ONE")).ShouldBe("third");
        (await Update("ONE", "fourth")).Value.Version.ShouldBe(4);
        (await _world.Read("ONE")).ShouldBe("fourth");
    }

    [Fact]
    public async Task Writes_sweep_by_themselves_when_there_are_many()
    {
        const int secrets = 40;
        for (var i = 0; i < secrets; i++)
        {
            await Put(Key(i), "first", "second");
        }

        // As so many writes would leave it, of which the last ones count.
        _world.Store.Execute(
            $"""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {RecentVersions.Many})
            INSERT INTO secret_recent (id, secret_id, version, updated_at)
            SELECT -i, i % {secrets} + 1, 1, 0 FROM n
            """
        );

        var round = 0;
        for (; Old() > 0 && round < 100; round++)
        {
            var value = $"value {round}";
            foreach (
                var written in await Task.WhenAll(
                    Enumerable.Range(0, secrets).Select(i => Update(Key(i), value))
                )
            )
            {
                written.Value.Version.ShouldBe(3 + round);
            }
        }

        Old().ShouldBe(0);
        for (var i = 0; i < secrets; i++)
        {
            RowVersion(Key(i)).ShouldBeGreaterThan(1);
            (await _world.Get(Key(i))).Version.ShouldBe(2 + round);
            (await _world.Read(Key(i))).ShouldBe(
                string.Create(CultureInfo.InvariantCulture, $"value {round - 1}")
            );
        }

        long Old() => _world.Store.Number("SELECT count(*) FROM secret_recent WHERE id < 0");
    }

    [Fact]
    public async Task New_value_by_another_process_is_seen()
    {
        await Put("KEY", "first", "second");
        using var other = _world.Store.StartAnotherQueue();
        var there = _world.EnvironmentOn(other);

        (await Read(there)).ShouldBe("second");
        await there.UpdateAsync(
            _world.Machine,
            "KEY",
            new() { Value = SecretWorld.Bytes("third") }
        );
        (await _world.Read("KEY")).ShouldBe("third");
        (await Update("KEY", "fourth")).Value.Version.ShouldBe(4);
        (await Read(there)).ShouldBe("fourth");
        await SecretSweep.RunAsync(other);
        (await Update("KEY", "fifth")).Value.Version.ShouldBe(5);

        (await Read(there)).ShouldBe("fifth");
        (await _world.Get("KEY")).Version.ShouldBe(5);
    }

    [Fact]
    public async Task New_value_that_was_rolled_back_is_forgotten()
    {
        await Put("KEY", "first", "second");

        await Should.ThrowAsync<InvalidTimeZoneException>(() =>
            _world.Store.Queue.RunAsync<int>(scope =>
            {
                var recent = scope.Commands<RecentVersions>();
                var secret = scope.Commands<SecretCommands>().FindByKey("KEY", recent)!;
                secret.Version++;
                secret.VersionId++;
                recent.TryAdd(secret).ShouldBeTrue();
                throw new InvalidTimeZoneException();
            })
        );

        (await _world.Read("KEY")).ShouldBe("second");
        (await Update("KEY", "third")).Value.Version.ShouldBe(3);
    }

    [Fact]
    public async Task Erasure_takes_the_newest_version_of_what_was_put_into_the_trash_too()
    {
        await Put("KEY", "first", "second");
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");
        await Update("KEY", "third");
        _world.Clock.Advance(SecretTrash.Kept);

        await _world.EraseTrash();

        _world.Store.Number("SELECT count(*) FROM secret_version").ShouldBe(0);
        await SecretSweep.RunAsync(_world.Store.Queue);
        Recent().ShouldBe(0);
    }

    [Fact]
    public async Task Number_of_an_erased_version_that_comes_up_again_belongs_to_its_new_secret()
    {
        await Put("STAYS", "first");
        await Put("GOES", "first", "second");
        await _world.Environment.DeleteAsync(_world.Machine, "GOES");
        _world.Clock.Advance(SecretTrash.Kept);
        await _world.EraseTrash();

        await Update("STAYS", "second");
        await Update("STAYS", "third");

        (await _world.Get("STAYS")).Version.ShouldBe(3);
        await SecretSweep.RunAsync(_world.Store.Queue);
        RowVersion("STAYS").ShouldBe(3);
        (await _world.Read("STAYS")).ShouldBe("third");
    }

    [Fact]
    public async Task Number_that_comes_up_again_during_a_sweep_goes_to_the_row()
    {
        await Put("STAYS", "first");
        await Put("GOES", "first", "second");
        await _world.Environment.DeleteAsync(_world.Machine, "GOES");
        _world.Clock.Advance(SecretTrash.Kept);
        await _world.EraseTrash();
        (await Step()).ShouldBeTrue();

        await Update("STAYS", "second");

        RowVersion("STAYS").ShouldBe(2);
        while (await Step()) { }

        (await _world.Read("STAYS")).ShouldBe("second");
    }

    public void Dispose() => _world.Dispose();

    private static string Key(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"KEY_{number}");

    private static string Shown(EnvironmentSecretView secret) => $"{secret.Key} {secret.Version}";

    private Task<bool> Step() =>
        _world.Store.Queue.RunAsync(scope => scope.Commands<RecentVersions>().LongStep());

    private long RowVersion(string key) =>
        _world.Store.Number($"SELECT version FROM secret WHERE name = '{key}'");

    private long Recent() => _world.Store.Number("SELECT count(*) FROM secret_recent");

    private async Task Put(string key, string first, params string[] others)
    {
        (await _world.Create(key, first)).Succeeded.ShouldBeTrue();
        foreach (var value in others)
        {
            (await Update(key, value)).Succeeded.ShouldBeTrue();
        }
    }

    private Task<VaultPortal.Core.Common.Result<SecretReceipt>> Update(
        string key,
        string value,
        long? ifMatch = null
    ) =>
        _world.Update(
            key,
            new()
            {
                Value = SecretWorld.Bytes(value),
                IfMatch = ifMatch is { } version ? new([version]) : null,
            }
        );

    private async Task<string> Read(EnvironmentSecretService service)
    {
        using var value = (await service.ReadValueAsync(_world.Machine, "KEY")).Value;
        return System.Text.Encoding.UTF8.GetString(value.Value);
    }

    private async Task<List<string>> ByUpdate(bool descending) =>
        [
            .. (
                await _world.Environment.ListPageAsync(
                    _world.Machine,
                    new() { Sort = SecretSort.Updated, Descending = descending }
                )
            ).Value.Items.Select(Shown),
        ];

    private async Task<List<string>> Exported()
    {
        using var export = (await _world.Environment.ExportAsync(_world.Machine)).Value;
        return
        [
            .. export.Select(value =>
                $"{value.Name}={System.Text.Encoding.UTF8.GetString(value.Value)}"
            ),
        ];
    }
}
