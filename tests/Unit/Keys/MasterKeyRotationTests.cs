using Shouldly;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Keys;

/// <summary>Exchanging the master key: beside a running server, and killed between any two of its steps.</summary>
public sealed class MasterKeyRotationTests : IDisposable
{
    private readonly KeyWorld _world = new();

    [Fact]
    public async Task Rotation_wraps_every_data_key_by_the_new_key_and_keeps_the_old_file()
    {
        var process = await _world.StartAsync();
        var old = File.ReadAllText(_world.File.Path);

        var change = await process.MasterRotation.RunAsync(TestStore.Caller, given: null);

        change.DataKeys.ShouldBe(2);
        Present().ShouldBe(change.Now);
        File.ReadAllText(_world.File.OldPath(change.Before)).ShouldBe(old);
        File.Exists(_world.File.NextPath).ShouldBeFalse();
        Wrapped(by: change.Before).ShouldBe(0);
        (await Audited("master_key.rotate")).ShouldBe(1);
    }

    [Fact]
    public async Task What_was_sealed_and_derived_before_outlives_the_master_key()
    {
        var process = await _world.StartAsync();
        await process.Keep(1, "value");
        var derived = process.Keys.Derivation.Derive("test", 32);
        await process.MasterRotation.RunAsync(TestStore.Caller, given: null);
        process.Dispose();

        var later = await _world.StartAsync();

        later.Read(1).ShouldBe("value");
        later.Keys.Derivation.Derive("test", 32).ShouldBe(derived);
        later.Keys.Signer.Fingerprint.ShouldBe(process.Keys.Signer.Fingerprint);
    }

    [Fact]
    public async Task Killed_before_the_transaction_the_old_key_is_valid_and_the_next_run_takes_the_one_that_was_left()
    {
        (await _world.StartAsync()).Dispose();
        using var left = await _world.FileSource().MakeNextAsync(given: null);

        var process = await _world.StartAsync();
        (await process.Status.ReadAsync(TestStore.Caller)).NextMasterKeyId.ShouldBe(left.Id);
        var change = await process.MasterRotation.RunAsync(TestStore.Caller, given: null);

        change.Now.ShouldBe(left.Id);
        Present().ShouldBe(left.Id);
    }

    [Fact]
    public async Task Process_that_comes_late_to_an_interrupted_rotation_leaves_the_next_one_alone()
    {
        (await _world.StartAsync()).Dispose();
        var (first, late) = (_world.FileSource(), _world.FileSource());
        using var old = await first.LoadAsync();
        using var next = await first.MakeNextAsync(given: null);
        await first.AdoptNextAsync(old, next);
        using var afterNext = await first.MakeNextAsync(given: null);

        await late.AdoptNextAsync(old, next);

        Present().ShouldBe(next.Id);
        using var waiting = await late.LoadNextAsync();
        waiting.ShouldNotBeNull().Id.ShouldBe(afterNext.Id);
    }

    [Fact]
    public async Task Process_that_waited_for_another_looks_anew_before_it_moves_a_key()
    {
        (await _world.StartAsync()).Dispose();
        var late = _world.FileSource();
        using var old = await late.LoadAsync();
        using var next = await late.MakeNextAsync(given: null);
        Task<string> adoption;
        string afterNext;
        using (
            new FileStream(
                _world.File.LockPath,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            )
        )
        {
            adoption = late.AdoptNextAsync(old, next);
            // What a faster process does meanwhile: it finishes, and another rotation begins.
            File.Move(_world.File.NextPath, _world.File.Path, overwrite: true);
            using var another = await late.MakeNextAsync(given: null);
            afterNext = another.Id;
        }

        await adoption;

        Present().ShouldBe(next.Id);
        using var waiting = await late.LoadNextAsync();
        waiting.ShouldNotBeNull().Id.ShouldBe(afterNext);
    }

    [Fact]
    public async Task Present_key_is_kept_under_the_id_of_what_its_file_holds()
    {
        (await _world.StartAsync()).Dispose();
        var source = _world.FileSource();
        using var present = await source.LoadAsync();
        var text = File.ReadAllText(_world.File.Path);
        using var next = await source.MakeNextAsync(given: null);
        using var believed = MasterKey.Generate();

        await source.AdoptNextAsync(believed, next);

        Present().ShouldBe(next.Id);
        File.ReadAllText(_world.File.OldPath(present.Id)).ShouldBe(text);
        File.Exists(_world.File.OldPath(believed.Id)).ShouldBeFalse();
    }

    [Fact]
    public async Task Killed_after_the_transaction_the_next_start_finishes()
    {
        var process = await _world.StartAsync();
        await process.Keep(1, "value");
        var before = process.Keys.MasterKey.Id;
        var killed = new MasterKeyRotation(
            process.Queue,
            process.Keys,
            new KilledSource(_world.FileSource()),
            _world.Directory
        );
        await Should.ThrowAsync<OperationCanceledException>(() =>
            killed.RunAsync(TestStore.Caller, given: null)
        );
        process.Kill();
        Present().ShouldBe(before);

        var later = await _world.StartAsync();

        later.Read(1).ShouldBe("value");
        Present().ShouldBe(later.Keys.MasterKey.Id);
        later.Keys.MasterKey.Id.ShouldNotBe(before);
        File.Exists(_world.File.OldPath(before)).ShouldBeTrue();
    }

    [Fact]
    public async Task Killed_after_the_old_key_was_kept_the_next_start_finishes()
    {
        var process = await _world.StartAsync();
        var before = process.Keys.MasterKey.Id;
        var killed = new MasterKeyRotation(
            process.Queue,
            process.Keys,
            new KilledSource(_world.FileSource()),
            _world.Directory
        );
        await Should.ThrowAsync<OperationCanceledException>(() =>
            killed.RunAsync(TestStore.Caller, given: null)
        );
        process.Kill();
        File.Copy(_world.File.Path, _world.File.OldPath(before));

        var later = await _world.StartAsync();

        Present().ShouldBe(later.Keys.MasterKey.Id);
    }

    [Fact]
    public async Task Server_opens_what_is_sealed_under_a_data_key_of_the_new_master_key()
    {
        var server = await _world.StartAsync();
        var command = await _world.StartAsync();
        await command.MasterRotation.RunAsync(TestStore.Caller, given: null);
        await command.DataRotation.RunAsync(TestStore.Caller, makeKey: true, new Reports());
        await command.Keep(1, "value");

        server.Read(1).ShouldBe("value");
    }

    [Fact]
    public async Task Server_takes_the_new_master_key_over_when_another_process_rotated_it()
    {
        var server = await _world.StartAsync();
        var command = await _world.StartAsync();
        var change = await command.MasterRotation.RunAsync(TestStore.Caller, given: null);

        var began = System.Diagnostics.Stopwatch.StartNew();
        while (server.Keys.MasterKey.Id != change.Now)
        {
            began.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            await Task.Delay(10);
        }
    }

    [Fact]
    public async Task Server_whose_environment_holds_the_old_key_keeps_what_it_has()
    {
        using var first = MasterKey.Generate();
        using var second = MasterKey.Generate();
        var server = await _world.StartAsync(Environment(first));
        await server.Keep(1, "value");
        var command = await _world.StartAsync(Environment(first));
        await command.MasterRotation.RunAsync(
            TestStore.Caller,
            MasterKey.FromBytes(second.Export())
        );

        server.Reload.DropAll();

        server.Read(1).ShouldBe("value");
        await server.Keep(2, "another");
        command.Read(2).ShouldBe("another");
    }

    [Fact]
    public async Task Key_of_the_environment_is_given_and_the_new_variable_starts_the_next_process()
    {
        using var first = MasterKey.Generate();
        using var second = MasterKey.Generate();
        var process = await _world.StartAsync(Environment(first));
        await process.Keep(1, "value");

        var change = await process.MasterRotation.RunAsync(
            TestStore.Caller,
            MasterKey.FromBytes(second.Export())
        );

        process.Dispose();
        change.Advice.ShouldContain(EnvironmentMasterKeySource.Variable);
        (await _world.StartAsync(Environment(second))).Read(1).ShouldBe("value");
        await Should.ThrowAsync<StartRefusedException>(() => _world.StartAsync(Environment(first)));
    }

    [Fact]
    public async Task Key_of_the_environment_that_is_not_given_changes_nothing()
    {
        using var first = MasterKey.Generate();
        var process = await _world.StartAsync(Environment(first));

        await Should.ThrowAsync<StartRefusedException>(() =>
            process.MasterRotation.RunAsync(TestStore.Caller, given: null)
        );

        Wrapped(by: first.Id).ShouldBe(2);
    }

    [Fact]
    public async Task Present_key_given_as_the_new_one_is_refused()
    {
        using var first = MasterKey.Generate();
        var process = await _world.StartAsync(Environment(first));

        await Should.ThrowAsync<StartRefusedException>(() =>
            process.MasterRotation.RunAsync(TestStore.Caller, MasterKey.FromBytes(first.Export()))
        );
    }

    [Fact]
    public async Task Second_rotation_at_the_same_time_is_refused()
    {
        var process = await _world.StartAsync();
        using var held = new FileStream(
            _world.Directory.RotationLock,
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.None
        );

        var refusal = await Should.ThrowAsync<StartRefusedException>(() =>
            process.MasterRotation.RunAsync(TestStore.Caller, given: null)
        );

        refusal.Message.ShouldContain("rotating");
        File.Exists(_world.File.NextPath).ShouldBeFalse();
    }

    public void Dispose() => _world.Dispose();

    private static EnvironmentMasterKeySource Environment(MasterKey key) =>
        new(Convert.ToBase64String(key.Export()));

    private string Present()
    {
        using var key = MasterKeyText.Parse(File.ReadAllText(_world.File.Path), "it");
        return key.Id;
    }

    private long Wrapped(string by) =>
        _world.Store.Number($"SELECT count(*) FROM data_key WHERE master_key_id = '{by}'");

    private Task<long> Audited(string action) =>
        Task.FromResult(
            _world.Store.Number(
                $"SELECT count(*) FROM audit_entry WHERE text LIKE '%\"action\":\"{action}\"%'"
            )
        );

    /// <summary>A process that is killed when the next key is to take its place.</summary>
    private sealed class KilledSource(IMasterKeySource source) : IMasterKeySource
    {
        public string Place => source.Place;

        public bool Exists() => source.Exists();

        public Task<MasterKey> LoadAsync(CancellationToken cancellation = default) =>
            source.LoadAsync(cancellation);

        public Task<MasterKey> MakeFirstAsync(CancellationToken cancellation = default) =>
            source.MakeFirstAsync(cancellation);

        public Task<MasterKey?> LoadNextAsync(CancellationToken cancellation = default) =>
            source.LoadNextAsync(cancellation);

        public Task<MasterKey> MakeNextAsync(
            MasterKey? given,
            CancellationToken cancellation = default
        ) => source.MakeNextAsync(given, cancellation);

        public Task<string> AdoptNextAsync(
            MasterKey old,
            MasterKey next,
            CancellationToken cancellation = default
        ) => throw new OperationCanceledException();

        public string Hint(string masterKeyId) => source.Hint(masterKeyId);

        public IReadOnlyList<string> Warnings() => source.Warnings();
    }
}
