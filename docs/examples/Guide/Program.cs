using VaultPortal.Client;

// The keys, the trust file and the vault that the JavaScript example left behind.
using var keys = KeyPair.FromPem(
    File.ReadAllText("signing.pem"),
    File.ReadAllText("encryption.pem")
);
var address = new Uri(
    Environment.GetEnvironmentVariable("VAULTPORTAL_URL") ?? "http://localhost:5080"
);
using var client = new VaultPortalClient(
    address,
    Environment.GetEnvironmentVariable("RK_KEY")!,
    new()
    {
        Key = new MemberKey(File.ReadAllText("key-id"), keys),
        Pins = new TrustFile("trust.json"),
    }
);

// Verified from the key of whoever made the vault up; without the trust file, compare this fingerprint by telephone.
using var vault = await client.OpenVaultAsync(File.ReadAllText("vault-id"));
Console.WriteLine($"{vault.Name}, made by {vault.CreatorFingerprint[..16]}");

// Names come from what a member signed; a value is opened one by one.
var item = await vault.OpenItemAsync(
    vault.Items.Single(entry => entry.Name == "Production Database").Id
);
Console.WriteLine(
    $"{item.Name}: the password has {item.Field("Password").Reveal().Length} characters"
);

// One signed update: all of it, or nothing.
item = await vault.UpdateItemAsync(
    item,
    edit =>
        edit.Set("Password", "third").Add("Seed", FieldType.Totp, "JBSWY3DPEHPK3PXP").Delete("Note")
);

// A file is encrypted while it is read, and named by a field.
using var certificate = new MemoryStream("-----BEGIN CERTIFICATE-----"u8.ToArray());
var attachment = await vault.Attachments.UploadAsync(
    certificate,
    "client.pem",
    "application/x-pem-file"
);
item = await vault.UpdateItemAsync(item, edit => edit.Attach("Certificate", attachment));

// Somebody else may have been faster: then look again, and decide again. Never sign a state that you did not look at.
try
{
    await vault.CreateItemAsync(
        new("Host", ItemType.Server, [new("Root password", FieldType.Password, "s3cret")])
    );
}
catch (VaultPortalException conflict) when (conflict.Code == "checkpoint_version_conflict")
{
    await vault.RefreshAsync();
}

await foreach (var version in vault.HistoryAsync(item.Id))
{
    Console.WriteLine($"{version.Field.Name} since {version.CreatedAt:u}");
}

Console.WriteLine($"{item.Name}: detail version {item.Version}, {item.Fields.Count} fields");
