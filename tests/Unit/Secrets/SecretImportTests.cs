using System.Text;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Secrets;

public sealed class SecretImportTests : IDisposable
{
    private readonly SecretWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Import_makes_what_is_not_there()
    {
        var report = await Import(
            ImportConflict.Fail,
            Entry("ONE", "1"),
            Entry("TWO", "2") with
            {
                IsReserved = true,
                ExpiresAt = new Given<DateTimeOffset?>(_world.Now.AddDays(1)),
            }
        );

        Numbers(report).ShouldBe((2, 0, 0, 0));
        (await _world.Read("ONE")).ShouldBe("1");
        var two = await _world.Get("TWO");
        (two.IsReserved, two.ExpiresAt).ShouldBe((true, _world.Now.AddDays(1)));
    }

    [Fact]
    public async Task Each_written_secret_stands_in_the_audit()
    {
        await _world.Create("TWO");

        await Import(ImportConflict.Replace, Entry("ONE"), Entry("TWO"));

        _world.Store.Audited("secret.create")[^1].ShouldContain("\"secret_key:ONE\"");
        _world.Store.Audited("secret.update")[^1].ShouldContain("\"secret_key:TWO\"");
    }

    [Fact]
    public async Task Conflict_fails_the_whole_import()
    {
        await _world.Create("TWO", "old");

        var report = await Import(ImportConflict.Fail, Entry("ONE"), Entry("TWO"));

        Numbers(report).ShouldBe((0, 0, 0, 1));
        report.Failed[0].ShouldBe(new ImportFailure(2, "TWO", "Secret already exists: TWO"));
        (await _world.Read("ONE")).ShouldBe("secret_not_found");
    }

    [Fact]
    public async Task Conflict_is_skipped_when_that_is_asked_for()
    {
        await _world.Create("TWO", "old");

        var report = await Import(ImportConflict.Skip, Entry("ONE"), Entry("TWO"));

        Numbers(report).ShouldBe((1, 0, 1, 0));
        (await _world.Read("TWO")).ShouldBe("old");
    }

    [Fact]
    public async Task Replacing_keeps_reservation_and_expiry_that_the_import_does_not_name()
    {
        var expiry = _world.Now.AddDays(1);
        await _world.Create("KEY", "old", isReserved: true, expiry);
        await _world.Deactivate("KEY");

        var report = await Import(ImportConflict.Replace, Entry("KEY", "new"));

        Numbers(report).ShouldBe((0, 1, 0, 0));
        var view = await _world.Get("KEY");
        (view.IsReserved, view.ExpiresAt, view.Version).ShouldBe((true, expiry, 3));
        (await _world.Read("KEY")).ShouldBe("new");
    }

    [Fact]
    public async Task Replacing_an_expired_secret_makes_it_readable()
    {
        await _world.Create("KEY", "old", expiresAt: _world.Now);

        await Import(ImportConflict.Replace, Entry("KEY", "new"));

        (await _world.Read("KEY")).ShouldBe("new");
    }

    [Fact]
    public async Task Replacing_takes_what_the_import_names()
    {
        await _world.Create("KEY", "old", isReserved: true, _world.Now.AddDays(1));

        await Import(
            ImportConflict.Replace,
            Entry("KEY") with
            {
                IsReserved = false,
                ExpiresAt = new Given<DateTimeOffset?>(null),
            }
        );

        var view = await _world.Get("KEY");
        (view.IsReserved, view.ExpiresAt).ShouldBe((false, null));
    }

    [Fact]
    public async Task Deleted_secret_is_no_conflict()
    {
        await _world.Create("KEY", "old");
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");

        Numbers(await Import(ImportConflict.Fail, Entry("KEY", "new"))).ShouldBe((1, 0, 0, 0));

        (await _world.Read("KEY")).ShouldBe("new");
    }

    [Fact]
    public async Task Everything_that_is_at_fault_is_reported_and_nothing_written()
    {
        var report = await Import(
            ImportConflict.Replace,
            Entry("GOOD"),
            Entry("bad"),
            Entry("EMPTY", ""),
            Entry("LONG", new string('v', 65_537)),
            Entry("GOOD")
        );

        report
            .Failed.Select(f => (f.Line, f.Key))
            .ShouldBe([(2, "bad"), (3, "EMPTY"), (4, "LONG"), (5, "GOOD")]);
        (await _world.Environment.ListAsync(_world.Machine)).Value.ShouldBeEmpty();
    }

    [Fact]
    public async Task Dry_run_says_what_would_be_and_writes_nothing()
    {
        await _world.Create("TWO", "old");
        var import = new SecretImport
        {
            Entries = Numbered(Entry("ONE"), Entry("TWO")),
            DryRun = true,
            OnConflict = ImportConflict.Replace,
        };

        var report = (await _world.Environment.ImportAsync(_world.Machine, import)).Value;

        Numbers(report).ShouldBe((1, 1, 0, 0));
        (await _world.Read("ONE")).ShouldBe("secret_not_found");
        (await _world.Read("TWO")).ShouldBe("old");
    }

    [Fact]
    public async Task Conflict_that_arises_in_between_is_reported()
    {
        var entries = Numbered([
            .. Enumerable.Range(1, 400).Select(i => Entry($"KEY_{i}", "imported")),
        ]);
        var made = false;
        var import = new SecretImport
        {
            // Read once while it is checked, and again when the steps are cut: then another has come first.
            Entries = new ListThatIsWatched(
                entries,
                (timesRead, _) =>
                {
                    if (timesRead == 2 && !made)
                    {
                        made = true;
                        _world.Create("KEY_300", "mine").GetAwaiter().GetResult();
                    }
                }
            ),
        };

        var report = (await _world.Environment.ImportAsync(_world.Machine, import)).Value;

        made.ShouldBeTrue();
        Numbers(report).ShouldBe((399, 0, 0, 1));
        report
            .Failed[0]
            .ShouldBe(new ImportFailure(300, "KEY_300", "Secret already exists: KEY_300"));
        (await _world.Read("KEY_300")).ShouldBe("mine");
        (await _world.Read("KEY_400")).ShouldBe("imported");
    }

    [Fact]
    public async Task Retry_of_an_import_gets_the_first_report()
    {
        var caller = _world.Machine with
        {
            Idempotency = new IdempotencyToken(new byte[32], new byte[32]),
        };
        var import = new SecretImport { Entries = Numbered(Entry("ONE"), Entry("TWO")) };
        await _world.Environment.ImportAsync(caller, import);

        var again = await _world.Environment.ImportAsync(caller, import);

        again.Replayed.ShouldBeTrue();
        Numbers(again.Value).ShouldBe((2, 0, 0, 0));
        (await _world.Get("ONE")).Version.ShouldBe(1);
    }

    [Fact]
    public async Task Import_whose_caller_goes_between_steps_is_done_to_its_end_and_answers_the_retry()
    {
        using var gone = new CancellationTokenSource();
        var caller = _world.Machine with
        {
            Idempotency = new IdempotencyToken(new byte[32], new byte[32]),
        };
        var entries = Numbered([.. Enumerable.Range(1, 400).Select(i => Entry($"KEY_{i}"))]);
        var import = new SecretImport
        {
            // Steps are cut while they are written: entry 300 is asked for once the first steps are durable.
            Entries = new ListThatIsWatched(
                entries,
                (timesRead, entry) =>
                {
                    if (timesRead == 2 && entry.Line == 300)
                    {
                        gone.Cancel();
                    }
                }
            ),
        };

        var report = await _world.Environment.ImportAsync(caller, import, gone.Token);
        var again = await _world.Environment.ImportAsync(caller, import);

        gone.IsCancellationRequested.ShouldBeTrue();
        Numbers(report.Value).ShouldBe((400, 0, 0, 0));
        again.Replayed.ShouldBeTrue();
        Numbers(again.Value).ShouldBe((400, 0, 0, 0));
    }

    [Fact]
    public async Task Import_that_a_fault_ended_answers_its_retry_with_what_was_written()
    {
        var caller = _world.Machine with
        {
            Idempotency = new IdempotencyToken(new byte[32], new byte[32]),
        };
        var entries = Numbered([.. Enumerable.Range(1, 400).Select(i => Entry($"KEY_{i}"))]);
        var import = new SecretImport
        {
            Entries = new ListThatIsWatched(
                entries,
                (timesRead, entry) =>
                {
                    if (timesRead == 2 && entry.Line == 300)
                    {
                        throw new StorageUnavailableException("The disk is full.");
                    }
                }
            ),
        };
        await Should.ThrowAsync<StorageUnavailableException>(() =>
            _world.Environment.ImportAsync(caller, import)
        );

        var again = await _world.Environment.ImportAsync(caller, import);

        again.Replayed.ShouldBeTrue();
        Numbers(again.Value).ShouldBe((240, 0, 0, 1));
        again.Value.Failed[0].Key.ShouldBe("KEY_241");
        (await _world.Read("KEY_240")).ShouldNotBe("secret_not_found");
        (await _world.Read("KEY_241")).ShouldBe("secret_not_found");
    }

    [Fact]
    public async Task Import_whose_caller_goes_before_the_first_step_writes_nothing()
    {
        using var gone = new CancellationTokenSource();
        var import = new SecretImport
        {
            Entries = new ListThatIsWatched(Numbered(Entry("ONE")), (_, _) => gone.Cancel()),
        };

        await Should.ThrowAsync<OperationCanceledException>(() =>
            _world.Environment.ImportAsync(_world.Machine, import, gone.Token)
        );

        (await _world.Read("ONE")).ShouldBe("secret_not_found");
    }

    [Fact]
    public async Task Import_that_wrote_nothing_is_decided_anew()
    {
        var caller = _world.Machine with
        {
            Idempotency = new IdempotencyToken(new byte[32], new byte[32]),
        };
        await _world.Create("ONE");
        var import = new SecretImport { Entries = Numbered(Entry("ONE")) };
        await _world.Environment.ImportAsync(caller, import);
        await _world.Environment.DeleteAsync(_world.Machine, "ONE");

        var again = await _world.Environment.ImportAsync(caller, import);

        again.Replayed.ShouldBeFalse();
        Numbers(again.Value).ShouldBe((1, 0, 0, 0));
    }

    [Fact]
    public async Task Export_has_what_can_be_read_by_key()
    {
        await _world.Create("B", "2", isReserved: true, _world.Now.AddDays(1));
        await _world.Create("A", "1");
        await _world.Create("INACTIVE");
        await _world.Deactivate("INACTIVE");
        await _world.Create("EXPIRED", expiresAt: _world.Now);
        await _world.Create("DELETED");
        await _world.Environment.DeleteAsync(_world.Machine, "DELETED");
        await _world.CreateItem("WORKFLOW");

        using var export = (await _world.Environment.ExportAsync(_world.Machine)).Value;

        export
            .Select(s => (s.Name, Encoding.UTF8.GetString(s.Value), s.IsReserved, s.ExpiresAt))
            .ShouldBe([("A", "1", false, null), ("B", "2", true, _world.Now.AddDays(1))]);
    }

    [Fact]
    public async Task Export_of_many_is_audited_in_entries_of_500_ids_at_most()
    {
        await Import(
            ImportConflict.Fail,
            [.. Enumerable.Range(1, 1_001).Select(i => Entry($"KEY_{i}", $"{i}"))]
        );

        using var export = (await _world.Environment.ExportAsync(_world.Machine)).Value;

        export.Count.ShouldBe(1_001);
        export.ShouldAllBe(s => $"KEY_{Encoding.UTF8.GetString(s.Value)}" == s.Name);
        var entries = _world.Store.Audited("secret.read_value");
        entries.Count.ShouldBe(3);
        export.ShouldAllBe(s => entries.Count(e => e.Contains(s.Id.ToUuid())) == 1);
        entries.ShouldAllBe(e => e.Split('-').Length <= 500 * 4 + 20);
    }

    [Fact]
    public async Task Third_export_at_once_is_refused_until_one_was_answered()
    {
        await _world.Create("KEY", "1");
        var first = (await _world.Environment.ExportAsync(_world.Machine)).Value;
        using var second = (await _world.Environment.ExportAsync(_world.Machine)).Value;
        var reads = _world.Store.Audited("secret.read_value").Count;

        var refusal = (await _world.Environment.ExportAsync(_world.Machine)).Error!;

        (refusal.Kind, refusal.Code, refusal.RetryAfter).ShouldBe(
            (ErrorKind.Unavailable, "unavailable", TimeSpan.FromSeconds(5))
        );
        _world.Store.Audited("secret.read_value").Count.ShouldBe(reads);
        _world.Store.Audited("secret.export")[^1].ShouldContain("\"unavailable\"");

        // Twice is no turn more.
        first.Dispose();
        first.Dispose();
        using var third = (await _world.Environment.ExportAsync(_world.Machine)).Value;
        third.Single().Name.ShouldBe("KEY");
        (await _world.Environment.ExportAsync(_world.Machine)).Error.ShouldBe(refusal);
    }

    [Fact]
    public async Task Export_that_is_refused_or_given_up_holds_nobody_up()
    {
        await _world.Create("KEY", "1");
        var stranger = _world.With(Permissions.SecretsList);
        for (var i = 0; i < 3; i++)
        {
            (await _world.Environment.ExportAsync(stranger)).Error!.Code.ShouldBe("forbidden");
            await Should.ThrowAsync<OperationCanceledException>(() =>
                _world.Environment.ExportAsync(_world.Machine, new CancellationToken(true))
            );
        }

        using var export = (await _world.Environment.ExportAsync(_world.Machine)).Value;
        export.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Answered_export_is_zeroed()
    {
        await _world.Create("KEY", "1");
        var export = (await _world.Environment.ExportAsync(_world.Machine)).Value;

        export.Dispose();

        export.Single().Value.ShouldBe([0]);
    }

    [Fact]
    public async Task Exported_env_file_can_be_imported()
    {
        await _world.Create("KEY", "a\n\"b\"\\ # $c 'd'");
        var file = new System.Buffers.ArrayBufferWriter<byte>();
        using var export = (await _world.Environment.ExportAsync(_world.Machine)).Value;
        foreach (var secret in export)
        {
            EnvDocument.Write(file, secret.Name, secret.Value);
        }

        using var world = new SecretWorld();
        using var document = EnvDocument.Parse(file.WrittenSpan).Value;
        await world.Environment.ImportAsync(world.Machine, new() { Entries = document.Entries });

        (await world.Read("KEY")).ShouldBe("a\n\"b\"\\ # $c 'd'");
    }

    private static (int, int, int, int) Numbers(ImportReport report) =>
        (report.Created, report.Replaced, report.Skipped, report.Failed.Count);

    private static ImportEntry Entry(string key, string value = "value") =>
        new()
        {
            Line = 0,
            Key = key,
            Value = SecretWorld.Bytes(value),
        };

    private static ImportEntry[] Numbered(params ImportEntry[] entries) =>
        [.. entries.Select((entry, i) => entry with { Line = i + 1 })];

    private async Task<ImportReport> Import(
        ImportConflict onConflict,
        params ImportEntry[] entries
    ) =>
        (
            await _world.Environment.ImportAsync(
                _world.Machine,
                new SecretImport { Entries = Numbered(entries), OnConflict = onConflict }
            )
        ).Value;

    /// <summary>Tells whoever watches how often it was gone through, and of each entry before it is given.</summary>
    private sealed class ListThatIsWatched(ImportEntry[] entries, Action<int, ImportEntry> watcher)
        : IReadOnlyList<ImportEntry>
    {
        private int _timesRead;

        public ImportEntry this[int index] => entries[index];

        public int Count => entries.Length;

        public IEnumerator<ImportEntry> GetEnumerator()
        {
            var timesRead = ++_timesRead;
            foreach (var entry in entries)
            {
                watcher(timesRead, entry);
                yield return entry;
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() =>
            GetEnumerator();
    }
}
