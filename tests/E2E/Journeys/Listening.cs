using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VaultPortal.Tests.E2E.Journeys;

/// <summary>
/// Run by .NET before the host's own program, where the tests start one so (DOTNET_STARTUP_HOOKS): it adds one component to the host's
/// circuits, which no page of the product has. The name and the place are .NET's.
/// </summary>
internal static class StartupHook
{
    public static void Initialize() => DiagnosticListener.AllListeners.Subscribe(new Listeners());

    private sealed class Listeners : IObserver<DiagnosticListener>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
            {
                value.Subscribe(new Building()!);
            }
        }

        public void OnCompleted() { }

        public void OnError(Exception error) { }
    }

    private sealed class Building : IObserver<KeyValuePair<string, object>>
    {
        public void OnNext(KeyValuePair<string, object> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder host })
            {
                host.ConfigureServices(services =>
                    services.Configure<CircuitOptions>(circuits =>
                        circuits.RootComponents.RegisterForJavaScript<Listening>("listening")
                    )
                );
            }
        }

        public void OnCompleted() { }

        public void OnError(Exception error) { }
    }
}

namespace VaultPortal.Tests.E2E.Journeys
{
    /// <summary>
    /// A data grid, a dialog and a tab that listen to every event of keys and inputs, as components of libraries do, and say to the
    /// server's log what they hear.
    /// </summary>
    public sealed class Listening : ComponentBase
    {
        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "div");
            builder.AddAttribute(1, "data-listening", "");
            Listen(builder);
            builder.OpenElement(20, "input");
            builder.AddAttribute(21, "data-control", "");
            builder.CloseElement();
            builder.OpenRegion(30);
            Part(builder, "table", "grid");
            builder.CloseRegion();
            builder.OpenRegion(60);
            Part(builder, "dialog", "dialog");
            builder.CloseRegion();
            builder.OpenRegion(90);
            Part(builder, "section", "tab");
            builder.CloseRegion();
            builder.CloseElement();
        }

        private void Part(RenderTreeBuilder builder, string element, string name)
        {
            builder.OpenElement(0, element);
            builder.AddAttribute(1, "data-place", name);
            builder.AddAttribute(2, "role", name == "tab" ? "tabpanel" : null);
            Listen(builder);
            builder.CloseElement();
        }

        private void Listen(RenderTreeBuilder builder)
        {
            builder.AddAttribute(10, "onkeydown", On<KeyboardEventArgs>(e => $"keydown {e.Key}"));
            builder.AddAttribute(11, "onkeyup", On<KeyboardEventArgs>(e => $"keyup {e.Key}"));
            builder.AddAttribute(12, "onkeypress", On<KeyboardEventArgs>(e => $"keypress {e.Key}"));
            builder.AddAttribute(13, "oninput", On<ChangeEventArgs>(e => $"input {e.Value}"));
            builder.AddAttribute(14, "onchange", On<ChangeEventArgs>(e => $"change {e.Value}"));
            builder.AddAttribute(15, "onpaste", On<ClipboardEventArgs>(e => $"paste {e.Type}"));
            builder.AddAttribute(16, "oncopy", On<ClipboardEventArgs>(e => $"copy {e.Type}"));
        }

        private EventCallback<T> On<T>(Func<T, string> says) =>
            EventCallback.Factory.Create<T>(this, e => Console.WriteLine($"HEARD {says(e)}"));
    }
}
