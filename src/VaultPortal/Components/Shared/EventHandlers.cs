using Microsoft.AspNetCore.Components;

namespace VaultPortal.Components.Shared;

/// <summary>What the elements that hold values tell a circuit: never more than ids and versions.</summary>
[EventHandler("onsecretsaved", typeof(SecretSavedEventArgs))]
[EventHandler("onsecretshown", typeof(EventArgs))]
[EventHandler("onrotationphase", typeof(RotationPhaseEventArgs))]
[EventHandler("onsealedsaved", typeof(SealedSavedEventArgs))]
[EventHandler("onordermoved", typeof(OrderMovedEventArgs))]
[EventHandler("onsealedchanges", typeof(SealedChangesEventArgs))]
[EventHandler("ontabvisibility", typeof(TabVisibilityEventArgs))]
public static class EventHandlers;

/// <summary>Something was saved by a form in a closed root.</summary>
public sealed class SecretSavedEventArgs : EventArgs
{
    /// <summary>Key or id of what was saved.</summary>
    public string? Id { get; set; }

    public long? Version { get; set; }
}

/// <summary>How far a rotation of many is. Of the keys only their number is told.</summary>
public sealed class RotationPhaseEventArgs : EventArgs
{
    /// <summary><c>begun</c>, <c>refused</c>, <c>unsure</c> (it was not answered), <c>shown</c>, or <c>stored</c>.</summary>
    public string? Phase { get; set; }

    public int Rotated { get; set; }

    /// <summary>How many stayed as they were.</summary>
    public int Left { get; set; }

    /// <summary>How many new keys are shown.</summary>
    public int Keys { get; set; }
}

/// <summary>Something was signed and saved by a sealed element.</summary>
public sealed class SealedSavedEventArgs : EventArgs
{
    /// <summary>The action: what stood in <c>data-sealed-action</c>.</summary>
    public string? Kind { get; set; }

    /// <summary>Of what was made or changed, where it is one.</summary>
    public string? Id { get; set; }

    public long? Version { get; set; }

    /// <summary>Of what was changed, where it may be several.</summary>
    public string[]? Ids { get; set; }
}

/// <summary>A reader has put a group, or items, at another place of his own order.</summary>
public sealed class OrderMovedEventArgs : EventArgs
{
    /// <summary>The group that was moved; null where items were.</summary>
    public string? Group { get; set; }

    public string[]? Items { get; set; }

    /// <summary>The group or item that they are put before.</summary>
    public string? Before { get; set; }
}

/// <summary>The browser's tab was hidden or is seen again.</summary>
public sealed class TabVisibilityEventArgs : EventArgs
{
    public bool Hidden { get; set; }
}

/// <summary>How many changes a sealed element holds that are not saved.</summary>
public sealed class SealedChangesEventArgs : EventArgs
{
    public int Count { get; set; }

    /// <summary>What saving them would sign; null where it is nothing.</summary>
    public long? Version { get; set; }
}
