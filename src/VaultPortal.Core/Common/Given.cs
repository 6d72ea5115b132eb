namespace VaultPortal.Core.Common;

/// <summary>A member that was present in a request, null perhaps; where the request may leave it out.</summary>
public readonly record struct Given<T>(T Value);
