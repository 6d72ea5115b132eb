using Shouldly;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Secrets;

public sealed class SecretRaceTests : IDisposable
{
    private readonly SecretWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Of_twelve_creators_one_succeeds()
    {
        var answers = await AllAtOnce(12, i => _world.Create("KEY", $"value {i}"));

        answers.Count(answer => answer.Succeeded).ShouldBe(1);
        answers.Count(answer => answer.Error?.Code == "secret_already_exists").ShouldBe(11);
    }

    [Fact]
    public async Task Of_concurrent_updates_of_one_version_one_succeeds()
    {
        await _world.Create("KEY");
        for (var version = 1L; version <= 10; version++)
        {
            var answers = await AllAtOnce(
                8,
                i =>
                    _world.Update(
                        "KEY",
                        new()
                        {
                            Value = SecretWorld.Bytes($"{version}.{i}"),
                            IfMatch = new([version]),
                        }
                    )
            );

            answers.Count(answer => answer.Succeeded).ShouldBe(1);
            answers.Count(answer => answer.Error?.Code == "version_conflict").ShouldBe(7);
            var winner = Array.FindIndex(answers, answer => answer.Succeeded);
            (await _world.Read("KEY")).ShouldBe($"{version}.{winner}");
        }
    }

    [Fact]
    public async Task Concurrent_updates_without_a_condition_have_numbers_of_their_own()
    {
        await _world.Create("KEY");

        var answers = await AllAtOnce(
            24,
            i => _world.Update("KEY", new() { Value = SecretWorld.Bytes($"{i}") })
        );

        answers
            .Select(answer => answer.Value.Version)
            .Order()
            .ShouldBe(Enumerable.Range(2, 24).Select(n => (long)n));
        var last = Array.FindIndex(answers, answer => answer.Value.Version == 25);
        (await _world.Read("KEY")).ShouldBe($"{last}");
    }

    private static Task<Result<SecretReceipt>[]> AllAtOnce(
        int count,
        Func<int, Task<Result<SecretReceipt>>> call
    ) => Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => call(i))));
}
