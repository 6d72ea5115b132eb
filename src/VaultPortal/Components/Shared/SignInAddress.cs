using Microsoft.AspNetCore.Components;

namespace VaultPortal.Components.Shared;

/// <summary>The address of the sign-in page that leads back to where the visitor was.</summary>
public static class SignInAddress
{
    public static string For(NavigationManager navigation) =>
        "/sign-in?returnTo="
        + Uri.EscapeDataString("/" + navigation.ToBaseRelativePath(navigation.Uri));

    /// <summary>Only a path of this site is followed: not <c>//elsewhere</c>, not <c>/\elsewhere</c>, no scheme.</summary>
    public static string Safe(string? returnTo) =>
        returnTo is ['/', ..] and not ['/', '/' or '\\', ..] && !returnTo.Any(char.IsControl)
            ? returnTo
            : "/vaults";
}
