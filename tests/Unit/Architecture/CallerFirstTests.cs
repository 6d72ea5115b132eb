using System.Reflection;
using Shouldly;
using VaultPortal.Core.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Architecture;

/// <summary>Every public service method takes the caller first, so that none can forget to decide and to audit.</summary>
public sealed class CallerFirstTests
{
    public static TheoryData<string> Methods()
    {
        var methods = new TheoryData<string>();
        foreach (var method in ServiceMethods())
        {
            methods.Add($"{method.DeclaringType!.FullName}.{method.Name}");
        }

        return methods;
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Service_method_takes_the_caller_first(string name) =>
        ServiceMethods()
            .Where(m => $"{m.DeclaringType!.FullName}.{m.Name}" == name)
            .ShouldAllBe(m => m.GetParameters().FirstOrDefault()!.ParameterType == typeof(Caller));

    [Fact]
    public void Services_are_found() => ServiceMethods().Count().ShouldBeGreaterThan(10);

    private static IEnumerable<MethodInfo> ServiceMethods() =>
        typeof(Caller)
            .Assembly.GetExportedTypes()
            .Where(t => t.IsClass && t.Name.EndsWith("Service", StringComparison.Ordinal))
            .SelectMany(t =>
                t.GetMethods(
                    BindingFlags.Public
                        | BindingFlags.Instance
                        | BindingFlags.Static
                        | BindingFlags.DeclaredOnly
                )
            )
            .Where(m =>
                !m.IsSpecialName && m.Name is not (nameof(IDisposable.Dispose) or "DisposeAsync")
            );
}
