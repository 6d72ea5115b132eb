using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Journeys;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Demos;

/// <summary>Somebody of a walk, in a browser of his own: says what is done next, and does it by mouse and keyboard.</summary>
internal sealed class Actor(string name, Browser browser, Film film)
{
    private string _said = "";

    public IPage Page => browser.Page;

    public IReadOnlyList<string> Complaints => browser.Complaints;

    public ILocator Find(string testId) => browser.Find(testId);

    /// <summary>The row of a field of an item, by its label.</summary>
    public ILocator Field(string label) =>
        Find("edit-row")
            .Filter(
                new()
                {
                    Has = Page.Locator(
                        $"[data-testid=field-label]:text-is('{label}'), [data-testid=value-input][aria-label='Value of {label}']"
                    ),
                }
            );

    /// <summary>A step begins: a slow walk names it in the caption.</summary>
    public async Task Say(string text)
    {
        _said = $"{name}: {text}";
        await ShowCaption();
        await Pace.Read();
    }

    public async Task GoTo(string path)
    {
        await Page.GotoAsync(path);
        await ShowCaption();
    }

    public Task Click(string testId) => Click(Find(testId));

    public async Task Click(ILocator target)
    {
        await MoveTo(target);
        await target.ClickAsync();
        await Pace.Look();
    }

    public Task Type(string testId, string text) => Type(Find(testId), text);

    public async Task Type(ILocator target, string text)
    {
        await MoveTo(target);
        if (Pace.IsSlow)
        {
            await target.ClearAsync();
            await target.PressSequentiallyAsync(text, new() { Delay = Pace.Key });
            await Pace.Look();
        }
        else
        {
            await target.FillAsync(text);
        }
    }

    public async Task Check(string testId)
    {
        await MoveTo(Find(testId));
        await Find(testId).CheckAsync();
        await Pace.Look();
    }

    public async Task Choose(string testId, string value)
    {
        await MoveTo(Find(testId));
        await Find(testId).SelectOptionAsync(value);
        await Pace.Look();
    }

    /// <summary>A picture in the light theme, and in the dark one where it is said.</summary>
    public async Task Picture(string name, bool dark = false, bool inDocs = false)
    {
        await film.Take(Page, name, dark: false, inDocs);
        if (dark)
        {
            await film.Take(Page, name, dark: true, inDocs);
        }
    }

    public async Task SignIn(string email, string password)
    {
        if (!Page.Url.Contains("/sign-in", StringComparison.Ordinal))
        {
            await GoTo("/sign-in");
        }

        await Type("signin-email", email);
        await Type("signin-password", password);
        await Click("signin-submit");
        await Page.WaitForURLAsync("**/vaults", new() { WaitUntil = WaitUntilState.Commit });
        await browser.CircuitReady();
        // A slow walk, or a slow machine, comes to where the password is asked for anew.
        await Page.AddLocatorHandlerAsync(
            Find("step-up-password"),
            async asked =>
            {
                await asked.FillAsync(password);
                await Find("step-up-submit").ClickAsync();
            }
        );
        await ShowCaption();
    }

    /// <summary>Unlocks the key of this tab by the lock in the bar.</summary>
    public async Task Unlock(string passphrase)
    {
        await Click("key-state");
        await Type("unlock-passphrase", passphrase);
        await Click("unlock-submit");
        await Expect(Find("unlock")).ToHaveCountAsync(0);
    }

    /// <summary>Makes the first key pair on the page of one's keys; answers passphrase and recovery kit.</summary>
    public async Task<(string Passphrase, string Kit)> MakeKeyPair()
    {
        await Click("account-open");
        await Click("own-keys");
        await Expect(Find("key-state")).ToContainTextAsync("No key yet");
        await Click("passphrase-draw");
        var passphrase = await Find("passphrase-drawn").InnerTextAsync();
        await Click("passphrase-use");
        await Type("new-passphrase-again", passphrase);
        await Picture("passphrase");
        await Click("keys-submit");
        await Expect(Find("kit")).ToBeVisibleAsync();
        await Say("the recovery kit goes on paper, into a safe");
        await Picture("recovery-kit");
        var download = await Page.RunAndWaitForDownloadAsync(() => Click("kit-download"));
        await Check("kit-stored");
        await Click("kit-continue");
        await Expect(Find("key-unlocked")).ToBeVisibleAsync();
        return (passphrase, await File.ReadAllTextAsync((await download.PathAsync())!));
    }

    /// <summary>The fingerprint on the page of one's keys, as it is told to somebody else.</summary>
    public Task<string> Fingerprint() => Find("key-fingerprint").InnerTextAsync();

    /// <summary>Opens the demo's example item by the list of vaults, with the key unlocked on the way.</summary>
    public async Task OpenExample(string passphrase)
    {
        await Click(Find($"vault-row-{DemoPortal.Vault}").GetByTestId("row-link"));
        await Expect(Find("vault-name")).ToHaveTextAsync("Production");
        await Click(Find($"item-row-{DemoPortal.Item}").GetByTestId("row-link"));
        await Unlock(passphrase);
        await Expect(Find("item-editor")).ToBeVisibleAsync();
    }

    /// <summary>Adds a field of a type, with a label and a value.</summary>
    public async Task AddField(string type, string label, string value)
    {
        await Click("add-field");
        await Click($"add-{type}");
        await Type("label-input", label);
        await Type("value-input", value);
        await Click("field-done");
        await Expect(Field(label)).ToBeVisibleAsync();
    }

    public async Task EditField(string label, string value)
    {
        await Click(Field(label).GetByTestId("field-edit"));
        await Type("value-input", value);
        await Click("field-done");
        await Expect(Field(label).GetByTestId("field-changed")).ToHaveTextAsync("New value");
    }

    /// <summary>Reveals a value of an item and reads it.</summary>
    public async Task<string> Reveal(string label)
    {
        await Click(Field(label).GetByTestId("reveal"));
        await Expect(Field(label).GetByTestId("reveal"))
            .ToHaveAttributeAsync("aria-pressed", "true");
        return await Field(label).GetByTestId("value").InnerTextAsync();
    }

    /// <summary>Reveals a value, expects it, and hides it.</summary>
    public async Task Reveal(string label, string value)
    {
        var reveal = Field(label).GetByTestId("reveal");
        await Click(reveal);
        await Expect(Field(label).GetByTestId("value")).ToHaveTextAsync(value);
        await Pace.Look();
        await Click(reveal);
    }

    /// <summary>Gives a field that is open for editing a value from the generator; answers it.</summary>
    public async Task<string> Draw(string label)
    {
        await Click(Field(label).GetByTestId("generate"));
        var drawn = await Field(label).GetByTestId("generator-preview").InnerTextAsync();
        await Picture("generator");
        await Click(Field(label).GetByTestId("generator-use"));
        return drawn;
    }

    /// <summary>Saves the item; what will be signed is looked at and signed. Ends when <paramref name="done"/> is there.</summary>
    public async Task Save(ILocator done, string? picture = null)
    {
        await Click("save");
        var sign = Find("review-sign");
        await Expect(sign.Or(done).First).ToBeVisibleAsync();
        if (await sign.IsVisibleAsync())
        {
            await ShowCaption();
            await Pace.Read();
            if (picture is not null)
            {
                await Picture(picture);
            }

            await Click(sign);
        }

        await Expect(done).ToBeVisibleAsync();
        await Pace.Look();
    }

    /// <summary>The line that says which version was saved.</summary>
    public ILocator Saved => Find("item-status").Filter(new() { HasText = "Saved: version" });

    /// <summary>Reviews and signs in the dialogs of vaults and members.</summary>
    public async Task Sign(string? picture = null, bool inDocs = false)
    {
        await Click("dialog-review");
        await Expect(Find("dialog-sign")).ToBeEnabledAsync();
        await Pace.Read();
        if (picture is not null)
        {
            await Picture(picture, inDocs: inDocs);
        }

        await Click("dialog-sign");
        await Expect(Find("signing")).ToHaveCountAsync(0);
        await Pace.Look();
    }

    private async Task MoveTo(ILocator target)
    {
        if (!Pace.IsSlow)
        {
            return;
        }

        await ShowCaption();
        await target.ScrollIntoViewIfNeededAsync();
        if (await target.BoundingBoxAsync() is { } box)
        {
            var (x, y) = (box.X + box.Width / 2, box.Y + box.Height / 2);
            await Page.Mouse.MoveAsync(x, y, new() { Steps = 20 });
        }
    }

    /// <summary>Also on a page that was loaded since, and above a dialog that was opened since.</summary>
    private async Task ShowCaption()
    {
        if (Pace.IsSlow && _said.Length > 0)
        {
            await film.Follow(Page);
            await Page.EvaluateAsync(Caption.Say, _said);
        }
    }
}
