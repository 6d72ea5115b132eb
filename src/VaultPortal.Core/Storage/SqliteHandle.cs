using System.Data.Common;
using System.Reflection;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace VaultPortal.Core.Storage;

/// <summary>
/// The native connection behind a <see cref="SqliteConnection"/>. Asked for by reflection, because the compiler refuses to see
/// the binding's type through Microsoft.Data.Sqlite, which names a later version of it (docs/decisions/0002-sqlite-binding.md).
/// </summary>
internal static class SqliteHandle
{
    private static readonly MethodInfo Getter = typeof(SqliteConnection)
        .GetProperty("Handle")!
        .GetMethod!;

    public static sqlite3 Of(DbConnection connection) =>
        (sqlite3)(
            Getter.Invoke(connection, null)
            ?? throw new InvalidOperationException("The connection is closed.")
        );
}
