using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Storage;

/// <summary>
/// Marks tables whose rows are never deleted. Their numbers cannot come up again, so SQLite need not keep a high-water mark
/// of each, which would be one more page to write with every insert. They are inserted by prepared commands only, which leave
/// the number to the database.
/// </summary>
internal static class KeptRows
{
    private const string Mark = "VaultPortal:KeepsRows";

    public static void KeepsRows<T>(this EntityTypeBuilder<T> builder)
        where T : class => builder.HasAnnotation(Mark, true);

    /// <summary>Called for SQLite only: other databases number by sequences.</summary>
    public static void UsePlainNumbers(ModelBuilder model)
    {
        foreach (
            var entity in model
                .Model.GetEntityTypes()
                .Where(e => e.FindAnnotation(Mark) is not null)
        )
        {
            foreach (var property in entity.FindPrimaryKey()!.Properties)
            {
                property.ValueGenerated = ValueGenerated.Never;
            }
        }
    }
}
