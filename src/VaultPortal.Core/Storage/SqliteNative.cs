using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using SQLitePCL;

namespace VaultPortal.Core.Storage;

/// <summary>
/// Binds SQLite to the system's own library, so that its security updates come from the system. Runs before anything else in
/// this assembly (docs/decisions/0002-sqlite-binding.md).
/// </summary>
public static unsafe class SqliteNative
{
    private const int OldestVersion = 3_040_000;
    private const string BindingName = "e_sqlite3";

    private static readonly Lazy<nint> Library = new(Load);

    /// <summary>The version of the library in use, e.g. <c>3.40.1</c>.</summary>
    public static string Version => raw.sqlite3_libversion().utf8_to_string();

    /// <summary>Throws a <see cref="StartRefusedException"/> when the system's SQLite is older than 3.40.</summary>
    public static void DemandVersion() => DemandVersion(raw.sqlite3_libversion_number(), Version);

    internal static void DemandVersion(int number, string version)
    {
        if (number < OldestVersion)
        {
            throw new StartRefusedException(
                $"SQLite {version} is too old: 3.40 or later is needed. Update the system's SQLite library and start again."
            );
        }
    }

    /// <summary>sqlite3_wal_hook, which the binding does not offer: called after each commit with the number of frames in the log.</summary>
    internal static void SetLogHook(
        sqlite3 connection,
        delegate* unmanaged[Cdecl]<nint, nint, byte*, int, int> hook,
        nint argument
    )
    {
        var set = (delegate* unmanaged[Cdecl]<
            nint,
            delegate* unmanaged[Cdecl]<nint, nint, byte*, int, int>,
            nint,
            nint>)Export("sqlite3_wal_hook");
        set(connection.DangerousGetHandle(), hook, argument);
    }

    /// <summary>A function that the binding does not offer, of the very library that it uses.</summary>
    internal static nint Export(string name) => NativeLibrary.GetExport(Library.Value, name);

    [ModuleInitializer]
    internal static void Bind()
    {
        // Microsoft.Data.Sqlite asks for a later version of the binding than restores; the API it uses is the same.
        AssemblyLoadContext.Default.Resolving += (_, name) =>
            name.Name == "SQLitePCLRaw.core" ? typeof(raw).Assembly : null;
        NativeLibrary.SetDllImportResolver(
            typeof(SQLite3Provider_e_sqlite3).Assembly,
            (name, _, _) => name == BindingName ? Library.Value : 0
        );
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
    }

    private static nint Load()
    {
        var name =
            OperatingSystem.IsWindows() ? "winsqlite3"
            : OperatingSystem.IsMacOS() ? "libsqlite3.dylib"
            : "libsqlite3.so.0";
        return NativeLibrary.Load(name, Assembly.GetExecutingAssembly(), null);
    }
}
