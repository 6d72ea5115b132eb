using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting.DataProtection;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Keys;

/// <summary>A new data key, and everything sealed anew under it: online, and from where it was when it was killed.</summary>
public sealed class DataKeyRotationTests : IDisposable
{
    private readonly KeyWorld _world = new();

    [Fact]
    public async Task Rotation_seals_every_value_of_the_database_anew()
    {
        var process = await _world.StartAsync();
        AddDataProtectionKey(process);
        for (byte i = 1; i <= 20; i++)
        {
            await process.Keep(i, $"value {i}");
        }

        var before = SealedBlobs.KeysOf(_world.Store);
        var change = await process.DataRotation.RunAsync(
            TestStore.Caller,
            makeKey: true,
            new Reports()
        );

        before.Count.ShouldBe(22);
        before.ShouldNotContain(change.KeyId);
        var after = SealedBlobs.KeysOf(_world.Store);
        after.Count.ShouldBe(22);
        after.ShouldAllBe(key => key == change.KeyId);
        (change.Resealed, change.Older).ShouldBe((22, 0));
    }

    [Fact]
    public async Task Damaged_value_is_named_and_keeps_no_other_from_the_new_key()
    {
        var process = await _world.StartAsync();
        await process.Keep(1, "first");
        await process.Keep(2, "damaged");
        await process.Keep(3, "last");
        _world.Store.Execute(
            "UPDATE kept_answer SET answer = CAST(substr(answer, 1, length(answer) - 1) || x'00' AS BLOB) WHERE id = 2"
        );

        var change = await process.DataRotation.RunAsync(
            TestStore.Caller,
            makeKey: true,
            new Reports()
        );

        change.Damaged.ShouldBe(["kept_answer.answer row 2"]);
        (process.Read(1), process.Read(3)).ShouldBe(("first", "last"));
        SealedBlobs.KeysOf(_world.Store).Count(key => key != change.KeyId).ShouldBe(1);
    }

    [Fact]
    public async Task Rotation_passes_a_value_in_no_known_format()
    {
        var process = await _world.StartAsync();
        await process.Keep(1, "first");
        await process.Keep(2, "damaged");
        _world.Store.Execute("UPDATE kept_answer SET answer = x'00' WHERE id = 2");

        var change = await process.DataRotation.RunAsync(
            TestStore.Caller,
            makeKey: true,
            new Reports()
        );

        change.Damaged.ShouldBe(["kept_answer.answer row 2"]);
    }

    [Fact]
    public async Task Values_of_before_open_in_a_later_process()
    {
        var process = await _world.StartAsync();
        var xml = AddDataProtectionKey(process);
        await process.Keep(1, "value");
        await process.DataRotation.RunAsync(TestStore.Caller, makeKey: true, new Reports());
        process.Dispose();

        var later = await _world.StartAsync();

        later.Read(1).ShouldBe("value");
        later.Keys.Signer.Fingerprint.ShouldBe(process.Keys.Signer.Fingerprint);
        OpenDataProtectionKey(later).ShouldBe(xml);
    }

    [Fact]
    public async Task Server_that_knows_only_the_old_key_opens_what_was_sealed_anew()
    {
        var server = await _world.StartAsync();
        await server.Keep(1, "value");
        var command = await _world.StartAsync();
        await command.DataRotation.RunAsync(TestStore.Caller, makeKey: true, new Reports());

        server.Read(1).ShouldBe("value");
    }

    [Fact]
    public async Task Server_seals_under_the_new_key_as_soon_as_it_sees_that_another_process_wrote()
    {
        var server = await _world.StartAsync();
        var command = await _world.StartAsync();
        var change = await command.DataRotation.RunAsync(
            TestStore.Caller,
            makeKey: true,
            new Reports()
        );

        await Until(() => server.Keys.Ring.CurrentId == change.KeyId);
    }

    [Fact]
    public async Task Killed_between_two_steps_it_goes_on_from_there_under_the_same_key()
    {
        await Fill(1_200);
        var process = await _world.StartAsync();
        using var kill = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() =>
            process.DataRotation.RunAsync(
                TestStore.Caller,
                makeKey: true,
                new Reports(progress =>
                {
                    if (progress.Done > 400)
                    {
                        kill.Cancel();
                    }
                }),
                kill.Token
            )
        );
        process.Kill();
        var half = SealedBlobs.KeysOf(_world.Store);
        half.Distinct().Count().ShouldBe(2);

        var later = await _world.StartAsync();
        var reports = new Reports();
        var change = await later.DataRotation.RunAsync(TestStore.Caller, makeKey: true, reports);

        change.Resumed.ShouldBeTrue();
        change.Resealed.ShouldBe(half.Count(key => key != change.KeyId));
        _world.Store.Number("SELECT count(*) FROM data_key WHERE purpose = 1").ShouldBe(2);
        reports.All[0].Done.ShouldBeGreaterThan(400);
        reports
            .All[^1]
            .ShouldSatisfyAllConditions(
                last => last.Done.ShouldBe(1_201),
                last => last.Total.ShouldBe(1_201)
            );
        SealedBlobs.KeysOf(_world.Store).ShouldAllBe(key => key == change.KeyId);
    }

    [Fact]
    public async Task Value_that_is_written_meanwhile_stays_as_it_was_written()
    {
        var process = await _world.StartAsync();
        await process.Keep(1, "before");
        await process.Keep(2, "left alone");
        var column = new SealedValues<SealedAnswers>();
        process.Keys.Ring.Add("another", new byte[32], current: true);
        ResealBatch batch;
        using (var scope = process.Reads.Open())
        {
            batch = column.Reseal(scope, process.Keys.Ring, cursor: 0);
        }

        batch.Rows.Count.ShouldBe(2);
        await process.Keep(1, "written meanwhile");
        var stored = await process.Queue.RunStepAsync(scope => column.Store(scope, batch));

        stored.ShouldBe(1);
        process.Read(1).ShouldBe("written meanwhile");
        process.Read(2).ShouldBe("left alone");
    }

    [Fact]
    public async Task Straggler_under_an_older_key_is_counted_and_found_without_a_new_key()
    {
        var late = await _world.StartAsync();
        var sealedBefore = late.Keys.Ring.Seal("late"u8, Enumerable.Repeat((byte)7, 32).ToArray());
        var command = await _world.StartAsync();
        var change = await command.DataRotation.RunAsync(
            TestStore.Caller,
            makeKey: true,
            new Reports()
        );
        await late.Queue.RunAsync(scope =>
            scope
                .Commands<KeptAnswerCommands>()
                .Put.Execute(
                    Enumerable.Repeat((byte)7, 32).ToArray(),
                    new byte[32],
                    sealedBefore,
                    scope.Now,
                    false
                )
        );
        var status = await command.Status.ReadAsync(TestStore.Caller);
        status
            .DataKeys.Single(key =>
                key.Purpose == DataKeyPurpose.Seals && key.State == DataKeyState.OpensOnly
            )
            .Values.ShouldBe(1);

        var swept = await command.DataRotation.RunAsync(
            TestStore.Caller,
            makeKey: false,
            new Reports()
        );

        (swept.KeyId, swept.Resealed, swept.Older).ShouldBe((change.KeyId, 1, 0));
        late.Read(7).ShouldBe("late");
    }

    [Fact]
    public async Task Rotation_is_audited_at_its_begin_and_end()
    {
        var process = await _world.StartAsync();

        var change = await process.DataRotation.RunAsync(
            TestStore.Caller,
            makeKey: true,
            new Reports()
        );

        foreach (
            var action in new[] { "data_key.create", "data_key.rotate", "data_key.reseal_done" }
        )
        {
            _world
                .Store.Number(
                    $"SELECT count(*) FROM audit_entry WHERE text LIKE '%\"{action}\"%' AND text LIKE '%{change.KeyId}%'"
                )
                .ShouldBe(1, action);
        }
    }

    public void Dispose() => _world.Dispose();

    /// <summary>As many kept answers as are asked for, sealed under the first key.</summary>
    private async Task Fill(int count)
    {
        var process = await _world.StartAsync();
        for (var first = 0; first < count; first += 400)
        {
            var from = first;
            await process.Queue.RunAsync(scope =>
            {
                var put = scope.Commands<KeptAnswerCommands>().Put;
                for (var i = from; i < Math.Min(count, from + 400); i++)
                {
                    var id = Encoding.ASCII.GetBytes($"{i:D32}");
                    put.ExecuteOne(
                        id,
                        new byte[32],
                        process.Keys.Ring.Seal("value"u8, id),
                        scope.Now,
                        false
                    );
                }

                return true;
            });
        }

        process.Dispose();
    }

    private string AddDataProtectionKey(KeyProcess process)
    {
        using var services = DataProtection(process);
        services
            .GetRequiredService<Microsoft.AspNetCore.DataProtection.KeyManagement.IKeyManager>()
            .CreateNewKey(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        return OpenDataProtectionKey(process);
    }

    private string OpenDataProtectionKey(KeyProcess process)
    {
        using var services = DataProtection(process);
        var xml = System.Xml.Linq.XElement.Parse(
            services.GetRequiredService<DataProtectionKeyStore>().ReadAll().Single()
        );
        return new KeyXmlOpener(services).Decrypt(xml.Descendants("sealedKey").Single()).ToString();
    }

    private ServiceProvider DataProtection(KeyProcess process) =>
        new ServiceCollection()
            .AddLogging()
            .AddSingleton(process.Queue)
            .AddSingleton<IDbContextFactory<VaultDbContext>>(_world.Store.Database)
            .AddSingleton(process.Keys.Ring)
            .AddSingleton<DataProtectionKeyStore>()
            .AddSealedDataProtection()
            .BuildServiceProvider();

    private static async Task Until(Func<bool> condition)
    {
        var began = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            began.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            await Task.Delay(10);
        }
    }
}
