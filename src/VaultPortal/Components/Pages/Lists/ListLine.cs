namespace VaultPortal.Components.Pages.Lists;

/// <summary>A row with its place in the whole list, counted from 0.</summary>
public readonly record struct ListLine<TRow>(int Index, TRow Row);
