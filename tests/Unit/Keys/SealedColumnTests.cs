using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Keys;

/// <summary>A rotation of the data keys seals anew what stands in the list, and nothing else: whatever seals stands in it.</summary>
public sealed class SealedColumnTests : IDisposable
{
    private readonly TestStore _store = new();

    public static TheoryData<string> Columns()
    {
        var columns = new TheoryData<string>();
        foreach (var column in All())
        {
            columns.Add(column.FullName!);
        }

        return columns;
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void Commands_of_the_column_fit_the_schema(string name)
    {
        using var connection = _store.Database.OpenWriting();
        var create = typeof(SealedColumnCommands<>)
            .MakeGenericType(All().Single(type => type.FullName == name))
            .GetMethod("Create", [typeof(DbConnection)])!;

        Should.NotThrow(() => create.Invoke(null, [connection]));
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void Column_stands_in_the_list_of_the_rotation(string name)
    {
        var services = new ServiceCollection();
        services.AddVaultPortalCore(
            new PortalOptions { DataFolder = _store.Folder, SealFile = "seals" }
        );

        services
            .Where(service => service.ServiceType == typeof(SealedValues))
            .Select(service => service.ImplementationType!.GetGenericArguments().Single().FullName)
            .ShouldContain(name);
    }

    [Theory]
    [InlineData("sealed")]
    [InlineData("sealed_seed")]
    [InlineData("sealed_secret")]
    public void Column_of_the_schema_that_is_called_sealed_has_its_place_in_the_list(string column)
    {
        using var connection = _store.Database.OpenReading();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c
            WHERE m.type = 'table' AND c.name = '{column}'
            """;
        using var rows = command.ExecuteReader();
        rows.Read().ShouldBeTrue();
        do
        {
            All().Select(NameOf).ShouldContain(rows.GetString(0));
        } while (rows.Read());
    }

    public void Dispose() => _store.Dispose();

    private static string NameOf(Type column) =>
        (
            (SealedValues)Activator.CreateInstance(typeof(SealedValues<>).MakeGenericType(column))!
        ).Name;

    private static IEnumerable<Type> All() =>
        new[] { typeof(ISealedColumn).Assembly, typeof(PortalHost).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type =>
                type is { IsClass: true, IsAbstract: false }
                && type.IsAssignableTo(typeof(ISealedColumn))
            );
}
