using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Porting;
using VaultPortal.Core.Secrets;
using VaultPortal.Tests.Unit.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Porting;

public sealed class DemoSecretsTests : IDisposable
{
    private readonly SecretWorld _world = new();

    [Fact]
    public async Task Demo_has_sixty_secrets_in_every_state_of_the_lists()
    {
        var seed = new DemoSecrets(_world.Environment, _world.Workflows, _world.Clock);

        (await seed.SeedAsync(Caller.Command(), default)).Error.ShouldBeNull();

        _world.Store.Number("SELECT count(*) FROM secret").ShouldBe(60);
        foreach (var state in Enum.GetValues<SecretListState>())
        {
            var page = await _world.Environment.ListPageAsync(
                _world.Machine,
                new SecretQuery { State = state }
            );
            page.Value.Total.ShouldBePositive($"{state}");
        }
    }

    public void Dispose() => _world.Dispose();
}
