using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using Xunit;

namespace VaultPortal.Tests.Unit.Vaults;

/// <summary>
/// Random lives of vaults, items and grants, followed by readers of every kind and pace: whoever goes on to an empty page has what a
/// first reading gives, and what the other reads show.
/// </summary>
public sealed class VaultSyncWalkTests : IDisposable
{
    private readonly SyncWorld _world = new();
    private readonly List<(PublicId Id, List<PublicId> Items)> _vaults = [];
    private readonly HashSet<PublicId> _archived = [];

    // Everything that may make an object count anew for a reader, by the object.
    private readonly Dictionary<PublicId, int> _touches = [];
    private bool _sequential = true;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Followers_end_with_what_a_first_reading_gives(int seed)
    {
        var random = new Random(seed);
        var followers = Followers();
        for (var step = 0; step < 250; step++)
        {
            await Change(random);
            foreach (var (follower, pace) in followers)
            {
                if (random.Next(pace) == 0)
                {
                    await (random.Next(2) == 0 ? follower.Step() : follower.GoOn());
                }
            }
        }

        await ShouldAgree([.. followers.Select(f => f.Follower)]);
        followers[0].Follower.Restarts.ShouldBe(0, "who follows closely is never sent back");
    }

    [Fact]
    public async Task Followers_beside_writers_end_with_what_a_first_reading_gives()
    {
        var random = new Random(7);
        for (var step = 0; step < 60; step++)
        {
            await Change(random);
        }

        _sequential = false;
        var followers = Followers().ConvertAll(f => f.Follower);
        using var stop = new CancellationTokenSource();
        var readers = followers.ConvertAll(follower =>
            Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await follower.Step();
                }
            })
        );
        var names = 0;
        var writers = Enumerable
            .Range(0, 4)
            .Select(w =>
                Task.Run(async () =>
                {
                    var own = new Random(w);
                    for (var i = 0; i < 150; i++)
                    {
                        await ChangeExisting(own, $"n{Interlocked.Increment(ref names)}");
                    }
                })
            );
        await Task.WhenAll(writers);
        await stop.CancelAsync();
        await Task.WhenAll(readers);

        await ShouldAgree(followers);
    }

    public void Dispose() => _world.Dispose();

    private static readonly int[] Paces = [1, 3, 12];

    private IEnumerable<Caller> Callers =>
        [_world.MemberCaller, _world.AgentCaller, _world.AuditorCaller];

    private List<(SyncFollower Follower, int Pace)> Followers() =>
        [
            .. from caller in Callers
            from pace in Paces
            select (Strict(new VaultSync(_world.Store.Gate, pageSize: 5), caller), pace),
        ];

    /// <summary>A follower that fails when something comes that was not touched since it came last.</summary>
    private SyncFollower Strict(VaultSync sync, Caller caller)
    {
        var seen = new Dictionary<PublicId, int>();
        return new SyncFollower(sync, caller)
        {
            Restarted = seen.Clear,
            Delivered = id =>
            {
                lock (_touches)
                {
                    var touches = _touches.GetValueOrDefault(id);
                    if (_sequential)
                    {
                        (seen.TryGetValue(id, out var before) && before == touches).ShouldBeFalse(
                            $"{id} came twice"
                        );
                    }

                    seen[id] = touches;
                }
            },
        };
    }

    private async Task ShouldAgree(List<SyncFollower> followers)
    {
        var firsts = new List<IReadOnlyList<string>>();
        foreach (var caller in Callers)
        {
            var first = new SyncFollower(new VaultSync(_world.Store.Gate), caller);
            await first.GoOn();
            first.Held.ShouldBe(await Read(caller), ignoreOrder: true);
            firsts.Add(first.Held);
        }

        for (var i = 0; i < followers.Count; i++)
        {
            await followers[i].GoOn();
            followers[i].Held.ShouldBe(firsts[i / 3], $"follower {i}");
            (await followers[i].Step()).ShouldBeTrue();
        }
    }

    /// <summary>The same by the calls that answer vaults and their items.</summary>
    private async Task<List<string>> Read(Caller caller)
    {
        var vaults = new VaultService(
            _world.Store.Gate,
            new CheckpointVerifier(_world.Store.Reads),
            _world.Store.Reads
        );
        var held = new List<string>();
        var list = await vaults.ListAsync(caller, new VaultQuery { Take = int.MaxValue }, default);
        foreach (var vault in list.Value.Vaults)
        {
            held.Add(
                $"{vault.Id} {vault.Name} {(vault.ItemGrantsOnly ? "in part" : vault.ItemCount)}"
            );
            var contents = await vaults.GetContentsAsync(caller, vault.Id, default);
            held.AddRange(
                contents.Value.Items.Select(i => $"{i.Id} {(Vault: vault.Id, Text: i.Name)}")
            );
        }

        return held;
    }

    private async Task Change(Random random)
    {
        var kind = random.Next(12);
        if (_vaults.Count == 0 || (kind == 0 && _vaults.Count < 8))
        {
            _vaults.Add((await _world.AddVault($"v{_vaults.Count}"), []));
            return;
        }

        var vault = _vaults[random.Next(_vaults.Count)];
        if (kind is 1 or 2 && !_archived.Contains(vault.Id))
        {
            vault.Items.Add(await _world.AddItem(vault.Id, "new"));
            Touch(vault.Id);
            return;
        }

        await ChangeExisting(random, $"n{random.Next(1_000_000)}");
    }

    private async Task ChangeExisting(Random random, string name)
    {
        var vault = _vaults[random.Next(_vaults.Count)];
        var item = vault.Items.Count == 0 ? default : vault.Items[random.Next(vault.Items.Count)];
        var who = random.Next(2) == 0 ? _world.Member : _world.Agent;
        var open = random.Next(5) > 1;
        switch (random.Next(9))
        {
            case 0 when IsActive(vault.Id):
                Touch(vault.Id);
                await _world.ChangeVault(vault.Id, (row, _) => row.Name = name);
                break;
            case 1 or 2 when vault.Items.Count > 0 && IsActive(vault.Id) && IsActive(item):
                Touch(item);
                await _world.ChangeItem(item, name);
                break;
            case 3 when vault.Items.Count > 0 && IsActive(vault.Id):
                Touch(item, vault.Id);
                await _world.ArchiveItem(item, Flip(item));
                break;
            case 4 when random.Next(3) == 0:
                Touch([vault.Id, .. vault.Items]);
                await (
                    Flip(vault.Id) ? _world.ArchiveVault(vault.Id) : _world.RestoreVault(vault.Id)
                );
                break;
            case 5 or 6 when IsActive(vault.Id):
                Touch([vault.Id, .. vault.Items]);
                await _world.Grant(who, vault.Id, item: false, open);
                break;
            case 7 when vault.Items.Count > 0 && IsActive(vault.Id) && IsActive(item):
                Touch(vault.Id, item);
                await _world.Grant(who, item, item: true, open);
                break;
            case 8:
                await _world.SetLevel(who, AccessLevel.Write);
                break;
            default:
                break;
        }
    }

    private bool IsActive(PublicId id)
    {
        lock (_touches)
        {
            return !_archived.Contains(id);
        }
    }

    /// <summary>Archived, or active again; true when it is archived now.</summary>
    private bool Flip(PublicId id)
    {
        lock (_touches)
        {
            return _archived.Add(id) || !_archived.Remove(id);
        }
    }

    private void Touch(params ReadOnlySpan<PublicId> ids)
    {
        lock (_touches)
        {
            foreach (var id in ids)
            {
                _touches[id] = _touches.GetValueOrDefault(id) + 1;
            }
        }
    }
}
