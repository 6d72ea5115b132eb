using Xunit;

namespace VaultPortal.Tests.Unit;

/// <summary>A fact that needs a foreign vector file or folder and is reported as skipped where that is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VectorFactAttribute : FactAttribute
{
    public VectorFactAttribute(string name)
    {
        Name = name;
        if (!Path.Exists(Vectors.ForeignPath(name)))
        {
            Skip = $"The vectors '{name}' are not here (VAULTPORTAL_VECTORS names their folder).";
        }
    }

    /// <summary>The file or folder below the vectors' folder.</summary>
    public string Name { get; }
}
