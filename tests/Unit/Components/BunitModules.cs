using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace VaultPortal.Tests.Unit.Components;

/// <summary>bunit is referenced by file and asks for another build of AngleSharp.Diffing; the one beside the tests answers.</summary>
internal static class BunitModules
{
    [ModuleInitializer]
    internal static void Resolve() =>
        AssemblyLoadContext.Default.Resolving += static (context, name) =>
            name.Name == "AngleSharp.Diffing"
                ? context.LoadFromAssemblyPath(
                    Path.Combine(
                        Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!,
                        "AngleSharp.Diffing.dll"
                    )
                )
                : null;
}
