using System.Data.Common;
using System.Reflection;
using Shouldly;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Storage;

/// <summary>Prepared SQL against the schema that the migrations make of the model: a column that one of them lacks fails here.</summary>
public sealed class CommandSetTests : IDisposable
{
    private readonly TestStore _store = new();

    public static TheoryData<string> Sets()
    {
        var names = new TheoryData<string>();
        foreach (var set in All())
        {
            names.Add(set.FullName!);
        }

        return names;
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Commands_fit_the_schema(string name)
    {
        using var connection = _store.Database.OpenWriting();
        var create = All()
            .Single(t => t.FullName == name)
            .GetMethod(
                "Create",
                BindingFlags.Public | BindingFlags.Static,
                [typeof(DbConnection)]
            )!;

        Should.NotThrow(() => create.Invoke(null, [connection]));
    }

    [Fact]
    public void Command_sets_are_found() => All().Count().ShouldBeGreaterThan(8);

    [Fact]
    public void Command_with_a_column_that_is_not_there_fails_when_it_is_made()
    {
        using var connection = _store.Database.OpenWriting();

        Should.Throw<DbException>(() =>
            new PreparedCommand(connection, "SELECT nothing FROM vault")
        );
    }

    public void Dispose() => _store.Dispose();

    private static IEnumerable<Type> All() =>
        typeof(PreparedCommand)
            .Assembly.GetTypes()
            .Where(t =>
                t is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false }
                && t.GetInterfaces()
                    .Any(i =>
                        i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ICommandSet<>)
                    )
            );
}
