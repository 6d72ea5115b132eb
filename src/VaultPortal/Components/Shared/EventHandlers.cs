using Microsoft.AspNetCore.Components;

namespace VaultPortal.Components.Shared;

/// <summary>What the elements that hold values tell a circuit: never more than ids and versions.</summary>
[EventHandler("onsecretsaved", typeof(SecretSavedEventArgs))]
[EventHandler("onsecretshown", typeof(EventArgs))]
public static class EventHandlers;

/// <summary>Something was saved by a form in a closed root.</summary>
public sealed class SecretSavedEventArgs : EventArgs
{
    /// <summary>Key or id of what was saved.</summary>
    public string? Id { get; set; }

    public long? Version { get; set; }
}
