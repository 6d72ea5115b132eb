using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using VaultPortal.Components;

namespace VaultPortal.Tests.E2E.Hardening;

/// <summary>The addresses of all pages, as the pages themselves declare them.</summary>
internal static partial class Routes
{
    private const string NoObject = "65a1b2c3d4e5f1ffffffffff";

    public static IReadOnlyList<string> Templates { get; } =
    [
        .. typeof(App)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes<RouteAttribute>())
            .Select(route => route.Template)
            .OrderBy(template => template.Count(letter => letter == '/'))
            .ThenBy(template => template, StringComparer.Ordinal),
    ];

    public static bool HasParameters(string template) => template.Contains('{');

    /// <summary>An address of the page, of an object that need not be there.</summary>
    public static string Address(string template) =>
        Parameter().Replace(template, one => one.Value.Contains(':') ? "1" : NoObject);

    /// <summary>What matches addresses of the page, and none of a page at a fixed address.</summary>
    public static Regex Pattern(string template) =>
        new("^" + Parameter().Replace(template, "(?!new$|-$)[^/?#]+") + "$");

    [GeneratedRegex("""\{[^}]+\}""")]
    private static partial Regex Parameter();
}
