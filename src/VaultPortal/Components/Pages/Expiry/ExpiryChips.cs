using VaultPortal.Core.Policies;

namespace VaultPortal.Components.Pages.Expiry;

/// <summary>The filters of the page as chips that can be taken away.</summary>
internal static class ExpiryChips
{
    /// <summary>Each filter with a name for tests, in words, and the address without it.</summary>
    public static IEnumerable<(string Name, string Word, ExpiryAddress Without)> Of(
        ExpiryAddress address,
        ExpiryFacets facets
    )
    {
        if (address.Search is { } search)
        {
            yield return ("search", $"“{search}”", address with { Search = null });
        }

        foreach (var state in address.States)
        {
            yield return (
                $"state-{state.WireName()}",
                ExpiryLooks.For(state),
                address with
                {
                    States = Toggled(address.States, state),
                }
            );
        }

        foreach (var kind in address.Kinds)
        {
            yield return (
                $"kind-{kind.WireName()}",
                ExpiryLooks.For(kind),
                address with
                {
                    Kinds = Toggled(address.Kinds, kind),
                }
            );
        }

        if (address.Vault is { } vault)
        {
            yield return ("vault", $"Vault: {facets.NameOf(vault)}", address with { Vault = null });
        }

        if (address.Owner is { } owner)
        {
            yield return ("owner", $"Owner: {facets.NameOf(owner)}", address with { Owner = null });
        }

        foreach (var time in ExpiryAddress.Times.Where(time => time.Name == address.Due))
        {
            yield return ("due", time.Word, address with { Due = null });
        }

        if (address.After is { } after)
        {
            yield return (
                "after",
                $"From {ExpiryAddress.Text(after)}",
                address with
                {
                    After = null,
                }
            );
        }

        if (address.Before is { } before)
        {
            yield return (
                "before",
                $"Before {ExpiryAddress.Text(before)}",
                address with
                {
                    Before = null,
                }
            );
        }
    }

    /// <summary>With one that was not among them, or without one that was.</summary>
    public static IReadOnlyList<T> Toggled<T>(IReadOnlyList<T> chosen, T one) =>
        chosen.Contains(one) ? [.. chosen.Where(other => !Equals(other, one))] : [.. chosen, one];
}
