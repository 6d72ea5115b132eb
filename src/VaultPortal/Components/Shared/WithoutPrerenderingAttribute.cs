namespace VaultPortal.Components.Shared;

/// <summary>A page that reveals or shows once: rendered in its circuit only, so that nothing of it happens twice.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WithoutPrerenderingAttribute : Attribute;
