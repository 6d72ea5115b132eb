using Shouldly;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Storage;

public sealed class DataLockTests : IDisposable
{
    private readonly DataDirectory _directory = new(
        Directory.CreateTempSubdirectory("vaultportal-test-").FullName
    );

    [Fact]
    public void DataLock_taken_shared_is_shared()
    {
        using var one = DataLock.TakeShared(_directory, "serve");
        using var other = DataLock.TakeShared(_directory, "admin-create");

        DataLock.Holders(_directory).Count.ShouldBe(2);
    }

    [Fact]
    public void DataLock_alone_while_shared_says_who_holds_it()
    {
        using var serving = DataLock.TakeShared(_directory, "serve");

        var refusal = Should.Throw<StartRefusedException>(() =>
            DataLock.TakeAlone(_directory, "restore")
        );

        refusal.Message.ShouldContain($"serve (process {Environment.ProcessId})");
    }

    [Fact]
    public void DataLock_shared_while_held_alone_says_who_holds_it()
    {
        using var restoring = DataLock.TakeAlone(_directory, "restore");

        var refusal = Should.Throw<StartRefusedException>(() =>
            DataLock.TakeShared(_directory, "serve")
        );

        refusal.Message.ShouldContain($"restore (process {Environment.ProcessId})");
    }

    [Fact]
    public void DataLock_given_back_can_be_taken_alone()
    {
        DataLock.TakeShared(_directory, "serve").Dispose();

        using var alone = DataLock.TakeAlone(_directory, "restore");

        DataLock.Holders(_directory).ShouldBe([$"restore (process {Environment.ProcessId})"]);
    }

    [Fact]
    public void DataLock_ignores_and_removes_the_record_of_a_killed_process()
    {
        Directory.CreateDirectory(_directory.LockHolders);
        var stale = Path.Combine(_directory.LockHolders, "1.serve.0");
        File.WriteAllText(stale, "");

        DataLock.Holders(_directory).ShouldBeEmpty();

        File.Exists(stale).ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(_directory.Root, recursive: true);
}
