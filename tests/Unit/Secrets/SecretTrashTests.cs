using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Secrets;

public sealed class SecretTrashTests : IDisposable
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    private readonly SecretWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Deleted_secret_is_erased_with_its_history_after_thirty_days()
    {
        var id = (await _world.Create("KEY")).Value.Id;
        await _world.Update("KEY", new() { Value = SecretWorld.Bytes("new") });
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");

        _world.Clock.Advance(SecretTrash.Kept - Instant);
        await Erase();
        Count("secret").ShouldBe(1);
        _world.Clock.Advance(Instant);
        await Erase();

        (Count("secret"), Count("secret_version")).ShouldBe((0, 0));
        _world
            .Store.Audited("secret.erase")
            .ShouldHaveSingleItem()
            .ShouldContain($"\"secret:{id.ToUuid()}\"");
    }

    [Fact]
    public async Task Inactivity_alone_erases_nothing()
    {
        await _world.Create("INACTIVE");
        await _world.Deactivate("INACTIVE");
        await _world.Create("EXPIRED", expiresAt: _world.Now);
        await _world.Create("BACK");
        await _world.Environment.DeleteAsync(_world.Machine, "BACK");
        await _world.Update("BACK", new() { IsActive = true });
        _world.Clock.Advance(TimeSpan.FromDays(1000));

        await Erase();

        Count("secret").ShouldBe(3);
    }

    [Fact]
    public async Task Secret_reserved_in_the_trash_is_not_erased()
    {
        await _world.Create("KEY");
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");
        await _world.Update("KEY", new() { IsReserved = true });
        _world.Clock.Advance(SecretTrash.Kept);

        await Erase();

        Count("secret").ShouldBe(1);
    }

    [Fact]
    public async Task Generated_keys_are_erased_with_their_item()
    {
        var item = (await _world.CreateItem("api-key:name", null)).Value;
        await _world.Workflows.RotateKeyAsync(_world.Machine, item.Id, 168);
        await _world.Workflows.DeleteAsync(_world.Machine, item.Id);
        _world.Clock.Advance(SecretTrash.Kept);

        await Erase();

        (Count("secret"), Count("secret_version"), Count("workflow_key")).ShouldBe((0, 0, 0));
        _world
            .Store.Audited("workflow_secret.erase")
            .ShouldHaveSingleItem()
            .ShouldContain(item.Id.ToWorkflow());
    }

    [Fact]
    public async Task Long_history_is_erased_in_steps_and_its_secret_at_once()
    {
        await WithLongHistory();

        await EraseOneStep();

        Count("secret").ShouldBe(0);
        Count("secret_version").ShouldBeInRange(1_200 - 500, 1_199);
        Count("long_job").ShouldBe(1);
        (await _world.Create("KEY", "new")).Value.Version.ShouldBe(1);
        await Erase();
        Count("secret_version").ShouldBe(1);
        Count("long_job").ShouldBe(0);
        (await _world.Read("KEY")).ShouldBe("new");
    }

    [Fact]
    public async Task Many_secrets_are_erased_in_steps()
    {
        for (var i = 0; i < 150; i++)
        {
            await _world.Create($"KEY_{i}");
            await _world.Environment.DeleteAsync(_world.Machine, $"KEY_{i}");
        }

        _world.Clock.Advance(SecretTrash.Kept);
        await Erase();

        (Count("secret"), Count("secret_version"), Count("long_job")).ShouldBe((0, 0, 0));
        _world.Store.Audited("secret.erase").Count.ShouldBe(150);
    }

    /// <summary>A secret with 1,200 versions in the trash, past its time.</summary>
    private async Task WithLongHistory()
    {
        await _world.Create("KEY");
        _world.Store.Execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1199)
            INSERT INTO secret_version (id, secret_id, version, previous, change, name, value_id, is_active, is_reserved,
                created_at, created_by)
            SELECT i, 1, i, i - 1, 2, 'KEY', 1, 1, 0, 0, 'x' FROM n
            """
        );
        _world.Store.Execute("UPDATE secret SET version = 1199, version_id = 1199");
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");
        _world.Clock.Advance(SecretTrash.Kept);
    }

    private Task Erase() => _world.EraseTrash();

    private Task<bool> EraseOneStep() =>
        _world.Store.Queue.RunStepAsync(scope =>
            SecretTrash.EraseStep(scope, Caller.System("test"))
        );

    private long Count(string table) => _world.Store.Number($"SELECT count(*) FROM {table}");
}
