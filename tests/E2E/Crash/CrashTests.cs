using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Api;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Crash;

/// <summary><c>kill -9</c> while many write: what was acknowledged stands, and no request took effect by half.</summary>
public sealed class CrashTests : IAsyncLifetime
{
    private const int Kills = 50;
    private const int Writers = 16;
    private const int ItemsEach = 4;

    private PortalProcess _process = null!;
    private MachineClient _client = null!;

    public async Task InitializeAsync()
    {
        _process = await PortalProcess.StartAsync();
        var id = await _process.Commands.CreateAccount(Portal.OwnerEmail);
        _client = new MachineClient(
            _process.Address,
            await _process.Commands.CreateApiKey(Portal.OwnerEmail),
            id
        );
        await _client.Register(Signer.Ed25519());
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
    }

    [Fact]
    public async Task Kill_during_writes_loses_nothing_acknowledged_and_leaves_nothing_by_half()
    {
        var random = new Random(20_261_120);
        var writers = new List<Writer>();
        for (var i = 0; i < Writers; i++)
        {
            writers.Add(await Writer.MakeAsync(_client, random.Next()));
        }

        for (var kill = 1; kill <= Kills; kill++)
        {
            var acknowledged = 0;
            var enough = random.Next(20, 400);
            using var reached = new SemaphoreSlim(0);
            var writing = writers
                .Select(writer =>
                    writer.WriteUntilItBreaks(() =>
                    {
                        if (Interlocked.Increment(ref acknowledged) == enough)
                        {
                            reached.Release();
                        }
                    })
                )
                .ToArray();
            (await reached.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue(
                $"kill {kill}: writes stopped. {_process.Log}"
            );

            _process.Kill();
            await Task.WhenAll(writing);
            await _process.StartAgainAsync();

            foreach (var writer in writers)
            {
                await writer.Check($"kill {kill}");
            }

            await _process.Commands.RunJson(["verify-audit"]);
        }
    }

    /// <summary>One writer of one vault: it knows what was acknowledged, and what was under way when the server died.</summary>
    private sealed class Writer(MachineClient client, VaultState vault, int seed)
    {
        private readonly Random _random = new(seed);
        private VaultState _acknowledged = vault;
        private VaultState? _underWay;

        public static async Task<Writer> MakeAsync(MachineClient client, int seed)
        {
            var vault = await client.CreateVault();
            for (var i = 0; i < ItemsEach; i++)
            {
                vault = await client.CreateItem(
                    vault,
                    MachineClient.NewItem(vault) with
                    {
                        Name = $"Item {i}",
                    }
                );
            }

            return new Writer(client, vault, seed);
        }

        public async Task WriteUntilItBreaks(Action acknowledged)
        {
            while (true)
            {
                var change = NextChange();
                var next = change.Vault with
                {
                    SummaryVersion = _acknowledged.SummaryVersion + (change.NeedsSummary ? 1 : 0),
                };
                _underWay = next;
                try
                {
                    var answer = await client.Patch(change.Path, change.Body(client.Signer));
                    if (answer.Status == 503)
                    {
                        continue;
                    }

                    answer.ShouldSucceed();
                }
                catch (Exception error) when (error is HttpRequestException or IOException)
                {
                    return;
                }

                (_acknowledged, _underWay) = (next, null);
                acknowledged();
            }
        }

        /// <summary>The state is the acknowledged one or the one under way, whole, in rows and in checkpoints.</summary>
        public async Task Check(string when)
        {
            var stored = await Read();
            if (stored == Describe(_acknowledged))
            {
                _underWay = null;
                return;
            }

            _underWay.ShouldNotBeNull($"{when}: an acknowledged write is lost or altered");
            stored.ShouldBe(
                Describe(_underWay),
                $"{when}: neither before nor after the write that was under way"
            );
            (_acknowledged, _underWay) = (_underWay, null);
        }

        private ItemChange NextChange()
        {
            var item = _acknowledged.Items[_random.Next(_acknowledged.Items.Count)];
            var change = new ItemChange(_acknowledged, item).Update(
                item.Fields[_random.Next(item.Fields.Count)]
            );
            if (item.Fields.Count < 5)
            {
                change.Add($"Field {_random.Next(1_000)}", order: _random.Next(100));
            }

            return _random.Next(4) == 0 ? change.Name($"Item {_random.Next(100_000)}") : change;
        }

        private async Task<string> Read()
        {
            var summary = (await client.Get($"vault/{_acknowledged.Id}/items"))
                .ShouldSucceed()
                .Json;
            var lines = new List<string>
            {
                Canonical(summary.At("/summaryCheckpoint/checkpoint")!, "items"),
            };
            foreach (
                var known in _acknowledged.Items.OrderBy(item => item.Id, StringComparer.Ordinal)
            )
            {
                var item = (await client.Get($"vault/{_acknowledged.Id}/items/{known.Id}"))
                    .ShouldSucceed()
                    .Json;
                lines.Add(Canonical(item.At("/detailCheckpoint/checkpoint")!, "fields"));
                lines.Add((string)item["name"]!);
                lines.AddRange(
                    item["fields"]!
                        .AsArray()
                        .Select(field =>
                            $"{field!["id"]} {field["name"]} {field["order"]} {field["fieldInstanceIds"]![0]} {field["value"]}"
                        )
                        .Order(StringComparer.Ordinal)
                );
            }

            return string.Join('\n', lines);
        }

        private static string Describe(VaultState vault)
        {
            var lines = new List<string>
            {
                Canonical(vault.Summary(vault.SummaryVersion), "items"),
            };
            foreach (var item in vault.Items.OrderBy(item => item.Id, StringComparer.Ordinal))
            {
                lines.Add(Canonical(item.Detail(item.DetailVersion), "fields"));
                lines.Add(item.Name);
                lines.AddRange(
                    item.Fields.Select(field =>
                            $"{field.Id} {field.Name} {field.Order} {field.InstanceId} {field.Value}"
                        )
                        .Order(StringComparer.Ordinal)
                );
            }

            return string.Join('\n', lines);
        }

        // Sets in one order, so that two descriptions of one state are equal.
        private static string Canonical(JsonNode checkpoint, string set)
        {
            var copy = checkpoint.AsObject().Copy();
            copy[set] = new JsonArray([
                .. copy[set]!
                    .AsArray()
                    .OrderBy(element => (string?)element!["id"], StringComparer.Ordinal)
                    .Select(element => element!.DeepClone()),
            ]);
            return System.Text.Encoding.UTF8.GetString(Signer.Canonical(copy));
        }
    }
}
