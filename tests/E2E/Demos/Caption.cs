namespace VaultPortal.Tests.E2E.Demos;

/// <summary>
/// The bar that says what a slow walk is doing, and a visible pointer. Both are put into the page by the walk; the product has neither.
/// They are popovers, so that they stand above dialogs, and take no click.
/// </summary>
internal static class Caption
{
    /// <summary>Takes what is to be said.</summary>
    public const string Say = """
        (text) => {
          const make = (id, style) => {
            const made = document.createElement("div");
            made.id = id;
            made.popover = "manual";
            made.setAttribute("aria-hidden", "true");
            Object.assign(made.style, { margin: 0, border: 0, pointerEvents: "none", ...style });
            document.body.append(made);
            return made;
          };
          let bar = document.getElementById("demo-caption");
          if (bar === null) {
            bar = make("demo-caption", {
              inset: "7px auto auto 50%", transform: "translateX(-50%)", maxWidth: "720px", padding: "8px 18px", borderRadius: "18px",
              background: "#14213d", color: "#fff", font: "600 15px/20px system-ui, sans-serif", boxShadow: "0 2px 10px #0006",
            });
            const pointer = make("demo-pointer", {
              inset: "-40px auto auto -40px", width: "22px", height: "22px", padding: 0, borderRadius: "50%",
              background: "#f5821f99", boxShadow: "0 0 0 2px #fff, 0 0 0 3px #f5821f", transform: "translate(-50%, -50%)",
            });
            addEventListener("mousemove", ({ clientX, clientY }) =>
              Object.assign(pointer.style, { left: `${clientX}px`, top: `${clientY}px` }), { capture: true });
            for (const [name, size] of [["mousedown", "16px"], ["mouseup", "22px"]]) {
              addEventListener(name, () => Object.assign(pointer.style, { width: size, height: size }), { capture: true });
            }
          }
          bar.textContent = text;
          for (const id of ["demo-caption", "demo-pointer"]) {
            const shown = document.getElementById(id);
            shown.hidePopover();
            shown.showPopover();
          }
        }
        """;

    /// <summary>Above a dialog that was opened since.</summary>
    public const string Raise = """
        () => {
          for (const id of ["demo-caption", "demo-pointer"]) {
            const shown = document.getElementById(id);
            shown?.hidePopover();
            shown?.showPopover();
          }
        }
        """;

    public const string Hide = """
        () => {
          for (const id of ["demo-caption", "demo-pointer"]) document.getElementById(id)?.hidePopover();
        }
        """;
}
