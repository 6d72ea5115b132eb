using VaultPortal.Bench;
using VaultPortal.Bench.Floors;
using VaultPortal.Bench.Measuring;
using VaultPortal.Bench.Scenarios;
using VaultPortal.Core.Storage;

if (args is [KestrelFloor.Command])
{
    await KestrelFloor.ServeAsync();
    return 0;
}

if (BenchOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(BenchOptions.Usage);
    return 1;
}

Console.WriteLine(MachineLine.Describe(SqliteNative.Version));
Console.WriteLine();
var floors = MeasureFloors();
Report.PrintFloors(floors);
if (options.Scenarios is ["floors"])
{
    return 0;
}

Report.PrintHead();
if (options.Wants("patch-item") || options.Wants("patch-item-idempotent"))
{
    foreach (var items in options.Items)
    {
        await PatchItems(items);
    }
}

if (options.Wants("patch-vault"))
{
    foreach (var itemsPerVault in new[] { 10, 200 })
    {
        await PatchVaults(itemsPerVault);
    }
}

if (options.Wants("get-item"))
{
    await GetItems();
}

if (options.Wants("put-secret") || options.Wants("get-secret"))
{
    foreach (var secrets in options.Items)
    {
        await Secrets(secrets);
    }
}

if (options.Wants("list-secrets"))
{
    await ListSecrets();
}

if (options.Wants("search"))
{
    await using var installation = await Installation.StartAsync();
    Report.PrintSearches(
        Searches.Items,
        await new Searches(installation).MeasureAsync(options.Runs * 20)
    );
}

if (options.Wants("sync"))
{
    await using var installation = await Installation.StartAsync();
    Report.PrintSyncs(
        Syncs.Items,
        await new Syncs(installation).MeasureAsync(options.Runs, options.Runs * 20)
    );
}

if (options.Wants("lifetimes"))
{
    using var lifetimes = await Lifetimes.MakeAsync(within: 730);
    Report.PrintLifetimes(Lifetimes.Objects, await lifetimes.ListAsync(options.Runs * 20));
}

if (options.Wants("sweep"))
{
    // All are due at once.
    using var lifetimes = await Lifetimes.MakeAsync(within: 1);
    Report.PrintLifetimes(Lifetimes.Objects, await lifetimes.SweepAsync(options.Runs * 4));
}

if (options.Wants("portal-click"))
{
    await using var installation = await Installation.StartAsync();
    await using var clicks = new PortalClicks(installation);
    Report.PrintClicks(
        PortalClicks.Vaults,
        await clicks.MeasureAsync(options.Runs * 40, options.Runs * 5)
    );
    Console.WriteLine();
    Console.WriteLine(clicks.Spent);
}

return 0;

FloorFigures MeasureFloors()
{
    var time = TimeSpan.FromSeconds(Math.Min(options.Seconds, 5));
    return new FloorFigures(
        KestrelFloor.Measure(1, time),
        KestrelFloor.Measure(32, time),
        SqliteFloor.Measure(1, time),
        SqliteFloor.Measure(50, time),
        SignatureFloor.Measure(time)
    );
}

async Task PatchItems(int items)
{
    await using var installation = await Installation.StartAsync();
    await installation.SeedAsync(items, itemsPerVault: 200, fieldsPerItem: 3);
    // All items for each line: the pages that are touched decide the growth. What one line signed and did not send, the next sends.
    var order = new Shuffled<SeededItem>(installation.Items);
    foreach (
        var (scenario, connections) in new[]
        {
            ("patch-item", 1),
            ("patch-item", 32),
            ("patch-item-idempotent", 32),
        }
    )
    {
        if (options.Wants(scenario))
        {
            var idempotent = scenario != "patch-item";
            var line = new Measurement(options, connections).Run(
                installation,
                idempotent ? "PATCH item, one field, Idempotency-Key" : "PATCH item, one field",
                items,
                () => installation.UpdateItem(order.Next(), idempotent)
            );
            Report.Print(line, floors.Of(line, rows: 1, signatures: 1));
        }
    }
}

async Task PatchVaults(int itemsPerVault)
{
    const int vaults = 500;
    await using var installation = await Installation.StartAsync();
    await installation.SeedAsync(vaults * itemsPerVault, itemsPerVault, fieldsPerItem: 3);
    var order = new Shuffled<SeededVault>(installation.Vaults);
    var line = new Measurement(options, 32).Run(
        installation,
        $"PATCH vault of {itemsPerVault} items",
        vaults * itemsPerVault,
        () => installation.UpdateVault(order.Next())
    );
    Report.Print(line, floors.Of(line, rows: 1, signatures: 2));
}

async Task GetItems()
{
    const int items = 1_000;
    await using var installation = await Installation.StartAsync();
    await installation.SeedAsync(items, itemsPerVault: 200, fieldsPerItem: 20);
    var requests = installation.Items.Select(installation.ReadItem).ToArray();
    var order = new Shuffled<byte[]>(requests);
    var line = new Measurement(options, 32).Run(
        installation,
        "GET item with 20 fields, audited",
        items,
        order.Next
    );
    Report.Print(line, floors.Of(line, rows: 1, signatures: 0));
}

async Task Secrets(int secrets)
{
    await using var installation = await Installation.StartAsync();
    await installation.SeedSecretsAsync(secrets);
    var order = new Shuffled<int>(Enumerable.Range(0, secrets));
    if (options.Wants("put-secret"))
    {
        var line = new Measurement(options, 32).Run(
            installation,
            "PUT secret, a new value",
            secrets,
            () => installation.UpdateSecret(order.Next())
        );
        Report.Print(line, floors.Of(line, rows: 1, signatures: 0));
        installation.Prepared.Clear();
    }

    if (options.Wants("get-secret"))
    {
        var line = new Measurement(options, 32).Run(
            installation,
            "GET secret, audited",
            secrets,
            () => installation.ReadSecret(order.Next())
        );
        Report.Print(line, floors.Of(line, rows: 1, signatures: 0));
    }
}

async Task ListSecrets()
{
    const int secrets = 100_000;
    await using var installation = await Installation.StartAsync();
    await installation.SeedSecretsAsync(secrets);
    using var lists = new SecretLists(installation.Process.Folder);
    Report.PrintLists(secrets, await lists.MeasureAsync(options.Runs * 20));
}
