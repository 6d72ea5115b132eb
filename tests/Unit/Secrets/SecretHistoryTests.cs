using Shouldly;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Secrets;

/// <summary>Versions, restoring and rotation of environment secrets.</summary>
public sealed class SecretHistoryTests : IDisposable
{
    private readonly SecretWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Every_write_is_a_version_newest_first()
    {
        await _world.Create("KEY", expiresAt: _world.Now.AddDays(1));
        await _world.Update("KEY", new() { IsReserved = true });
        await _world.Update("KEY", new() { IsReserved = false });
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");
        await _world.Update("KEY", new() { IsActive = true });
        await _world.Environment.RotateAsync(_world.Machine, "KEY", Generated());
        await _world.Environment.RestoreAsync(_world.Machine, "KEY", 1);

        var versions = await Versions();

        versions
            .Select(v => (v.Version, v.Change, v.IsActive, v.BroughtValue))
            .ShouldBe([
                (7, SecretChange.Restored, true, false),
                (6, SecretChange.Rotated, true, true),
                (5, SecretChange.TakenBack, true, false),
                (4, SecretChange.Deleted, false, false),
                (3, SecretChange.Updated, true, false),
                (2, SecretChange.Updated, true, false),
                (1, SecretChange.Created, true, true),
            ]);
        versions.ShouldAllBe(v =>
            v.HasValue
            && v.CreatedBy == _world.Machine.Actor
            && v.ExpiresAt == _world.Now.AddDays(1)
            && v.IsReserved == (v.Version == 2)
        );
    }

    [Fact]
    public async Task List_of_versions_shows_the_newest_thousand()
    {
        await _world.Create("KEY");
        _world.Store.Execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
            INSERT INTO secret_version (id, secret_id, version, previous, change, name, value_id, is_active, is_reserved,
                created_at, created_by)
            SELECT i, 1, i, i - 1, 2, 'KEY', 1, 1, 0, 0, 'x' FROM n
            """
        );
        _world.Store.Execute("UPDATE secret SET version = 1100, version_id = 1100");

        var versions = await Versions();

        (versions.Count, versions[0].Version, versions[^1].Version).ShouldBe((1_000, 1_100, 101));
        (await _world.Environment.RestoreAsync(_world.Machine, "KEY", 1)).Value.Version.ShouldBe(
            1_101
        );
    }

    [Fact]
    public async Task Versions_go_on_counting_after_the_trash()
    {
        await _world.Create("KEY");
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");

        (await _world.Create("KEY")).Value.Version.ShouldBe(3);
    }

    [Fact]
    public async Task Restoring_brings_back_value_reservation_and_expiry_and_makes_active()
    {
        var expiry = _world.Now.AddDays(1);
        await _world.Create("KEY", "first", isReserved: true, expiry);
        await _world.Update(
            "KEY",
            new()
            {
                Value = SecretWorld.Bytes("second"),
                IsReserved = false,
                ExpiresAt = new Given<DateTimeOffset?>(null),
            }
        );
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");

        var receipt = await _world.Environment.RestoreAsync(_world.Machine, "KEY", 1);

        receipt.Value.Version.ShouldBe(4);
        (await _world.Read("KEY")).ShouldBe("first");
        var view = await _world.Get("KEY");
        (view.IsReserved, view.ExpiresAt, view.IsActive, view.DeletedAt).ShouldBe(
            (true, expiry, true, null)
        );
    }

    [Fact]
    public async Task Version_that_kept_a_value_restores_that_value()
    {
        await _world.Create("KEY", "first");
        await _world.Update("KEY", new() { IsReserved = true });
        await _world.Update("KEY", new() { Value = SecretWorld.Bytes("second") });

        await _world.Environment.RestoreAsync(_world.Machine, "KEY", 2);
        await _world.Update("KEY", new() { Value = SecretWorld.Bytes("third") });
        await _world.Environment.RestoreAsync(_world.Machine, "KEY", 4);

        (await _world.Read("KEY")).ShouldBe("first");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(long.MaxValue)]
    public async Task Version_that_is_not_there_cannot_be_restored(long version)
    {
        await _world.Create("KEY");
        await _world.Create("OTHER");
        await _world.Update("OTHER", new() { IsActive = true });

        var error = (await _world.Environment.RestoreAsync(_world.Machine, "KEY", version)).Error!;

        (error.Kind, error.Code).ShouldBe((ErrorKind.NotFound, "version_not_found"));
    }

    [Fact]
    public async Task Restoring_is_refused_when_the_secret_is_not_at_the_named_version()
    {
        await _world.Create("KEY");

        (
            await _world.Environment.RestoreAsync(_world.Machine, "KEY", 9, new([2]))
        ).Error!.Code.ShouldBe("version_conflict");
    }

    [Fact]
    public async Task Rotation_keeps_the_value_before_for_its_grace()
    {
        await _world.Create("KEY", "old");

        var receipt = (
            await _world.Environment.RotateAsync(
                _world.Machine,
                "KEY",
                new() { Value = SecretWorld.Bytes("new"), GraceHours = 2 }
            )
        ).Value;

        (receipt.Version, receipt.PreviousUntil).ShouldBe((2, _world.Now.AddHours(2)));
        (await _world.Read("KEY")).ShouldBe("new");
        _world.Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMilliseconds(1));
        (await _world.Read("KEY", previous: true)).ShouldBe("old");
        (await _world.Get("KEY")).PreviousUntil.ShouldBe(receipt.PreviousUntil);
        _world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await _world.Read("KEY", previous: true)).ShouldBe("secret_not_found");
        (await _world.Get("KEY")).PreviousUntil.ShouldBeNull();
        (await _world.Read("KEY")).ShouldBe("new");
    }

    [Fact]
    public async Task Rotation_during_a_grace_keeps_the_value_just_replaced()
    {
        await _world.Create("KEY", "first");
        await Rotate("second", 168);

        await Rotate("third", 1);

        (await _world.Read("KEY", previous: true)).ShouldBe("second");
        _world.Clock.Advance(TimeSpan.FromHours(1));
        (await _world.Read("KEY", previous: true)).ShouldBe("secret_not_found");
    }

    [Fact]
    public async Task Rotation_without_grace_leaves_no_previous_value()
    {
        await _world.Create("KEY", "old");

        await Rotate("new", 0);

        (await _world.Read("KEY", previous: true)).ShouldBe("secret_not_found");
    }

    [Fact]
    public async Task Previous_value_is_answered_only_while_the_secret_can_be_read()
    {
        await _world.Create("KEY", "old");
        await Rotate("new", 168);

        await _world.Deactivate("KEY");
        (await _world.Read("KEY", previous: true)).ShouldBe("secret_not_found");

        await _world.Create("KEY", "made anew");
        (await _world.Read("KEY", previous: true)).ShouldBe("secret_not_found");
    }

    [Fact]
    public async Task Never_rotated_secret_has_no_previous_value()
    {
        await _world.Create("KEY");
        await _world.Update("KEY", new() { Value = SecretWorld.Bytes("new") });

        (await _world.Read("KEY", previous: true)).ShouldBe("secret_not_found");
    }

    [Fact]
    public async Task Generated_value_has_the_length_that_was_asked_for()
    {
        await _world.Create("KEY");

        await _world.Environment.RotateAsync(_world.Machine, "KEY", new() { GenerateLength = 40 });

        (await _world.Read("KEY")).ShouldMatch("^[0-9A-Za-z]{40}$");
    }

    public static TheoryData<int?, bool, int, string> BadRotations() =>
        new()
        {
            { null, false, 1, "/value" },
            { 32, true, 1, "/generate" },
            { 7, false, 1, "/generate/length" },
            { 4_097, false, 1, "/generate/length" },
            { int.MinValue, false, 1, "/generate/length" },
            { 32, false, -1, "/graceHours" },
            { 32, false, 169, "/graceHours" },
            { null, true, 169, "/graceHours" },
        };

    [Theory]
    [MemberData(nameof(BadRotations))]
    public async Task Rotation_that_is_not_complete_is_refused(
        int? length,
        bool hasValue,
        int hours,
        string path
    )
    {
        await _world.Create("KEY");

        var error = (
            await _world.Environment.RotateAsync(
                _world.Machine,
                "KEY",
                new()
                {
                    GenerateLength = length,
                    Value = SecretWorld.OptionalBytes(hasValue ? "new" : null),
                    GraceHours = hours,
                }
            )
        ).Error!;

        (error.Kind, error.Path).ShouldBe((ErrorKind.Invalid, path));
    }

    [Fact]
    public async Task Secret_in_the_trash_cannot_be_rotated()
    {
        await _world.Create("KEY");
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");

        (
            await _world.Environment.RotateAsync(_world.Machine, "KEY", Generated())
        ).Error!.Code.ShouldBe("secret_not_found");
    }

    private static SecretRotation Generated() => new() { GenerateLength = 32, GraceHours = 24 };

    private async Task<IReadOnlyList<SecretVersionView>> Versions() =>
        (await _world.Environment.ListVersionsAsync(_world.Machine, "KEY")).Value;

    private Task<Result<RotationReceipt>> Rotate(string value, int graceHours) =>
        _world.Environment.RotateAsync(
            _world.Machine,
            "KEY",
            new() { Value = SecretWorld.Bytes(value), GraceHours = graceHours }
        );
}
