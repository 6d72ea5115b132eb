using System.Security.Cryptography.X509Certificates;
using System.Text;
using Shouldly;
using VaultPortal.Core.Common;
using VaultPortal.Core.Notifications;
using Xunit;

namespace VaultPortal.Tests.Unit.Notifications;

/// <summary>Mails on their real way, to a server on this machine.</summary>
// xunit ends it asynchronously.
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design",
    "CA1001",
    Justification = "DisposeAsync does."
)]
public sealed class MailTests : IAsyncLifetime
{
    private const string Secret =
        """{"kind":"environment-secret","id":"DB_URL","title":"DB_URL","reason":"expired","expiresAt":"2026-11-21T10:00:00.000Z","state":"expired"}""";

    private readonly SmtpSink _sink = new();
    private readonly string _passwordFile = Path.GetTempFileName();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _sink.DisposeAsync();
        File.Delete(_passwordFile);
    }

    [Fact]
    public async Task Mail_says_what_is_the_matter_and_leads_there()
    {
        using var world = new NotificationWorld(Options());
        var id = await world.MailAsync(world.Owner.Id, EventTypes.Expired, Secret);

        await world.Run.DrainAsync();

        var mail = _sink.Mails.ShouldHaveSingleItem();
        _sink.Commands.ShouldContain("MAIL FROM:<vault@example.com>");
        _sink.Commands.ShouldContain("RCPT TO:<ada@example.org>");
        var (head, body) = Parts(mail);
        head.ShouldContain("From: vault@example.com\r\n");
        head.ShouldContain("To: ada@example.org\r\n");
        head.ShouldContain("Subject: Expired: DB_URL\r\n");
        head.ShouldContain($"Message-ID: <{id}@example.com>\r\n");
        head.ShouldContain("Auto-Submitted: auto-generated\r\n");
        head.ToLowerInvariant().ShouldContain("content-type: text/plain; charset=utf-8\r\n");
        body.ShouldContain(
            "The environment secret “DB_URL” has expired on 21 November 2026 at 10:00 UTC"
        );
        body.ShouldContain("https://vault.example.com/secrets/environment/DB_URL\r\n");
        State(world).ShouldBe((DeliveryState.Delivered, 1));
    }

    [Fact]
    public async Task Mail_in_any_script_arrives_in_utf8()
    {
        using var world = new NotificationWorld(Options());
        await world.MailAsync(
            world.Owner.Id,
            EventTypes.DueSoon,
            """{"kind":"vault-item","id":"0123456789abcdef01234567","title":"Schlüssel 🔑","vaultId":"aaaaaaaaaaaaaaaaaaaaaaaa","vaultName":"Büro","expiresAt":"2026-12-01T00:00:00.000Z"}"""
        );

        await world.Run.DrainAsync();

        var (head, body) = Parts(_sink.Mails.Single());
        head.ShouldContain("Subject: =?utf-8?");
        Encoding.Latin1.GetBytes(head).ShouldAllBe(one => one < 128);
        body.ShouldContain(
            "The item “Schlüssel 🔑” in the vault “Büro” expires on 1 December 2026"
        );
        body.ShouldContain(
            "https://vault.example.com/vaults/aaaaaaaaaaaaaaaaaaaaaaaa/items/0123456789abcdef01234567"
        );
    }

    [Theory]
    [InlineData(
        """{"kind":"field","id":"1","itemId":"bbbbbbbbbbbbbbbbbbbbbbbb","vaultId":"aaaaaaaaaaaaaaaaaaaaaaaa"}""",
        "/vaults/aaaaaaaaaaaaaaaaaaaaaaaa/items/bbbbbbbbbbbbbbbbbbbbbbbb\r\n"
    )]
    [InlineData(
        """{"kind":"field","id":"1","vaultId":"aaaaaaaaaaaaaaaaaaaaaaaa"}""",
        "/vaults/aaaaaaaaaaaaaaaaaaaaaaaa\r\n"
    )]
    public async Task Mail_about_a_field_leads_to_its_item(string data, string path)
    {
        using var world = new NotificationWorld(Options());
        await world.MailAsync(world.Owner.Id, EventTypes.Expired, data);

        await world.Run.DrainAsync();

        Parts(_sink.Mails.Single()).Body.ShouldContain("https://vault.example.com" + path);
    }

    [Theory]
    [InlineData("x\\r\\nBcc: thief@example.net")]
    [InlineData("x\\nBcc: thief@example.net\\n\\nother body")]
    [InlineData("x\\u2028Bcc: thief@example.net")]
    [InlineData("x\\u0085Bcc: thief@example.net")]
    [InlineData("\\u202Ex\\u0000Bcc: thief@example.net")]
    public async Task Names_add_no_head_and_no_line(string title)
    {
        using var world = new NotificationWorld(Options());
        await world.MailAsync(
            world.Owner.Id,
            EventTypes.Expired,
            $$"""{"kind":"api-key","id":"1","title":"{{title}}"}"""
        );

        await world.Run.DrainAsync();

        var (head, _) = Parts(_sink.Mails.Single());
        head.Split("\r\n")
            .ShouldNotContain(line => line.StartsWith("Bcc", StringComparison.Ordinal));
        _sink.Commands.Count(line => line.StartsWith("RCPT", StringComparison.Ordinal)).ShouldBe(1);
        head.Split("\r\n")
            .Count(line => line.StartsWith("Subject: Expired: x", StringComparison.Ordinal))
            .ShouldBe(1);
    }

    [Fact]
    public async Task Server_without_starttls_gets_neither_mail_nor_password()
    {
        await File.WriteAllTextAsync(_passwordFile, "correct horse\n");
        _sink.Extensions = ["AUTH LOGIN PLAIN"];
        var options = Options();
        options.StartTls = true;
        options.User = "vault";
        options.PasswordFile = _passwordFile;
        using var world = new NotificationWorld(options);
        await world.MailAsync(world.Owner.Id, EventTypes.Expired, Secret);

        await world.Run.DrainAsync();

        _sink.Mails.ShouldBeEmpty();
        _sink.Commands.ShouldNotContain(line => line.StartsWith("AUTH", StringComparison.Ordinal));
        _sink.Commands.ShouldNotContain(line => line.StartsWith("MAIL", StringComparison.Ordinal));
        State(world).ShouldBe((DeliveryState.Waiting, 1));
        Problem(world).ShouldContain("STARTTLS");
    }

    [Fact]
    public async Task Mail_and_password_go_over_tls_and_nothing_in_the_clear()
    {
        using var certificate = TestCertificate.For("127.0.0.1", trusted: true);
        using var world = await SignedInAsync(certificate);

        await world.Run.DrainAsync();

        State(world).ShouldBe((DeliveryState.Delivered, 1));
        _sink
            .InTheClear.Select(line => line.Split(' ')[0])
            .ShouldBe(["EHLO", "STARTTLS"], "the clear part of the conversation");
        _sink.Commands.ShouldContain(Base64("correct horse"));
        _sink.Mails.ShouldHaveSingleItem().ShouldContain("Subject: Expired: DB_URL");
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("mail.example.org", true)]
    public async Task Certificate_that_is_not_trusted_for_that_name_gets_nothing(
        string name,
        bool trusted
    )
    {
        using var certificate = TestCertificate.For(name, trusted);
        using var world = await SignedInAsync(certificate);

        await world.Run.DrainAsync();

        _sink.Mails.ShouldBeEmpty();
        _sink.Commands.Select(line => line.Split(' ')[0]).ShouldBe(["EHLO", "STARTTLS"]);
        State(world).ShouldBe((DeliveryState.Waiting, 1));
        Problem(world).ShouldContain("certificate");
    }

    [Fact]
    public async Task Password_is_not_sent_without_tls_to_another_machine()
    {
        await File.WriteAllTextAsync(_passwordFile, "correct horse\n");
        var options = Options();
        (options.Host, options.User, options.PasswordFile) = (
            "mail.example.org",
            "vault",
            _passwordFile
        );
        using var world = new NotificationWorld(options);
        await world.MailAsync(world.Owner.Id, EventTypes.Expired, Secret);

        await world.Run.DrainAsync();

        State(world).ShouldBe((DeliveryState.Waiting, 1));
        Problem(world).ShouldContain("STARTTLS");
    }

    [Fact]
    public async Task Mail_before_a_rotation_says_when()
    {
        using var world = new NotificationWorld(Options());
        await world.MailAsync(
            world.Owner.Id,
            EventTypes.DueSoon,
            """{"kind":"api-key","id":"1","title":"deploy","reason":"rotation","rotateAt":"2026-12-01T00:00:00.000Z","state":"active"}"""
        );

        await world.Run.DrainAsync();

        var (head, body) = Parts(_sink.Mails.Single());
        head.ShouldContain("Subject: To be rotated soon: deploy\r\n");
        body.ShouldContain("is to be rotated by 1 December 2026 at 00:00 UTC.");
    }

    [Fact]
    public async Task Server_is_signed_in_to_with_the_password_of_the_file()
    {
        await File.WriteAllTextAsync(_passwordFile, "correct horse\n");
        _sink.Extensions = ["AUTH LOGIN"];
        _sink.Answers["AUTH"] = "334 UGFzc3dvcmQ6";
        _sink.Answers[Base64("correct horse")] = "235 welcome";
        // The sink compares first words in upper case.
        _sink.Answers[Base64("correct horse").ToUpperInvariant()] = "235 welcome";
        var options = Options();
        options.User = "vault";
        options.PasswordFile = _passwordFile;
        using var world = new NotificationWorld(options);
        await world.MailAsync(world.Owner.Id, EventTypes.Expired, Secret);

        await world.Run.DrainAsync();

        _sink.Commands.ShouldContain($"AUTH login {Base64("vault")}");
        _sink.Commands.ShouldContain(Base64("correct horse"));
        State(world).ShouldBe((DeliveryState.Delivered, 1));
        DatabaseText.Of(world.Store.Folder).ShouldNotContain("correct horse");
    }

    [Theory]
    [InlineData("MAIL", "451 try later", DeliveryState.Waiting, 451)]
    [InlineData("RCPT", "450 busy", DeliveryState.Waiting, 450)]
    [InlineData(".", "452 no room", DeliveryState.Waiting, 452)]
    [InlineData("RCPT", "550 nobody here", DeliveryState.Failed, 550)]
    [InlineData("DATA", "554 no", DeliveryState.Failed, 554)]
    [InlineData("MAIL", "530 sign in first", DeliveryState.Waiting, 530)]
    public async Task Refusal_for_now_is_tried_again_and_one_for_good_is_not(
        string command,
        string answer,
        DeliveryState state,
        int code
    )
    {
        _sink.Answers[command] = answer;
        using var world = new NotificationWorld(Options());
        await world.MailAsync(world.Owner.Id, EventTypes.Expired, Secret);

        await world.Run.DrainAsync();

        State(world).ShouldBe((state, 1));
        world.Store.Number("SELECT last_status FROM delivery").ShouldBe(code);
        Problem(world).ShouldNotContain(answer[4..]);
        if (state == DeliveryState.Waiting)
        {
            _sink.Answers.Clear();
            world.Clock.Advance(TimeSpan.FromSeconds(7));
            await world.Run.DrainAsync();
            State(world).ShouldBe((DeliveryState.Delivered, 2));
        }
    }

    [Fact]
    public async Task Mail_waits_where_there_is_no_server_and_ends_where_there_is_no_account()
    {
        using var world = new NotificationWorld();
        await world.MailAsync(world.Owner.Id, EventTypes.Expired, Secret);
        await world.Run.DrainAsync();
        State(world).ShouldBe((DeliveryState.Waiting, 1));

        world.Store.Execute("UPDATE account SET disabled_at = 1");
        world.Clock.Advance(TimeSpan.FromSeconds(7));
        await world.Run.DrainAsync();

        State(world).ShouldBe((DeliveryState.Failed, 2));
    }

    /// <summary>A mail to a server that wants a sign-in and offers TLS with this certificate.</summary>
    private async Task<NotificationWorld> SignedInAsync(X509Certificate2 certificate)
    {
        await File.WriteAllTextAsync(_passwordFile, "correct horse\n");
        _sink.Certificate = certificate;
        _sink.Extensions = ["AUTH LOGIN"];
        _sink.Answers["AUTH"] = "334 UGFzc3dvcmQ6";
        _sink.Answers[Base64("correct horse").ToUpperInvariant()] = "235 welcome";
        var options = Options();
        (options.StartTls, options.User, options.PasswordFile) = (true, "vault", _passwordFile);
        var world = new NotificationWorld(options);
        await world.MailAsync(world.Owner.Id, EventTypes.Expired, Secret);
        return world;
    }

    private MailOptions Options() =>
        new()
        {
            Host = "127.0.0.1",
            Port = _sink.Port,
            StartTls = false,
            From = "vault@example.com",
        };

    private static string Base64(string text) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static (DeliveryState State, long Attempts) State(NotificationWorld world) =>
        (
            (DeliveryState)world.Store.Number("SELECT state FROM delivery"),
            world.Store.Number("SELECT attempts FROM delivery")
        );

    private static string Problem(NotificationWorld world)
    {
        using var reading = world.Store.Reads.Open();
        using var command = reading.Connection.CreateCommand();
        command.CommandText = "SELECT last_problem FROM delivery";
        return (string)command.ExecuteScalar()!;
    }

    /// <summary>The head with folded lines as they are, and the body decoded.</summary>
    private static (string Head, string Body) Parts(string mail)
    {
        var end = mail.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var (head, body) = (mail[..(end + 2)], mail[(end + 4)..]);
        var encoding = head.Split("\r\n")
            .Single(line =>
                line.StartsWith("Content-Transfer-Encoding:", StringComparison.OrdinalIgnoreCase)
            )
            .Split(':')[1]
            .Trim();
        encoding.ShouldBe("base64");
        return (head, Encoding.UTF8.GetString(Convert.FromBase64String(body.Replace("\r\n", ""))));
    }
}
