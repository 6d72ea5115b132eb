using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>Who plays in the access matrix, and for each the stages that refusals are tried on. Made once.</summary>
public sealed class Cast
{
    private readonly HostilePortal _portal;
    private readonly Dictionary<(Who, Target), Stage> _stages = [];
    private Party _other = null!;

    private Cast(HostilePortal portal) => _portal = portal;

    public IReadOnlyList<Who> All { get; private set; } = [];

    public static async Task<Cast> MakeAsync(HostilePortal portal)
    {
        var cast = new Cast(portal) { _other = await portal.Person() };
        cast.All = await cast.Everybody();
        var foreign = await (await cast.NewStage()).Attach();
        var foreignItem = await (await cast.NewStage()).ArchiveItem();
        var foreignVault = await (await (await cast.NewStage()).Attach()).ArchiveVault();
        foreach (var who in cast.All)
        {
            cast._stages[(who, Target.Foreign)] = foreign;
            foreach (
                var target in new[] { Target.Granted, Target.ArchivedItem, Target.ArchivedVault }
            )
            {
                // Without a grant everybody stands before the same.
                cast._stages[(who, target)] =
                    who.Grant != Grant.None ? await cast.Fresh(who, target)
                    : target == Target.Granted ? foreign
                    : target == Target.ArchivedItem ? foreignItem
                    : foreignVault;
            }

            if (who.Grant != Grant.None)
            {
                await cast._stages[(who, Target.Granted)].Attach();
            }
        }

        return cast;
    }

    /// <summary>The stage on which this is tried as often as one likes.</summary>
    public Stage Standing(Who who, Target target) =>
        _stages[(who, target == Target.Absent ? Target.Granted : target)];

    /// <summary>A stage of its own for what succeeds.</summary>
    public async Task<Stage> Fresh(Who who, Target target)
    {
        var stage = await NewStage();
        _portal.Grant(who.Party, who.Grant, stage);
        return target switch
        {
            Target.ArchivedItem => await stage.ArchiveItem(),
            Target.ArchivedVault => await stage.ArchiveVault(),
            _ => stage,
        };
    }

    /// <summary>Makes the agent or the key pair that a call is about: the caller's own, or another's.</summary>
    public async Task Furnish(Stage stage, Operation call, Party owner)
    {
        _portal.DropSpareKeys();
        if (call.Path.Contains("{agent}", StringComparison.Ordinal))
        {
            var made = await owner.Client.Post("agent", new JsonObject { ["name"] = "extra" });
            stage.Agent = (string)MachineClient.Expect(made, 201).Json["id"]!;
        }
        else if (call.Path.Contains("{key}", StringComparison.Ordinal))
        {
            var spare = owner.RegisterBody(Signer.Ed25519(), Party.NewEncryptionKey());
            var made = await owner.Client.Post("user-key-pair", spare);
            stage.KeyPair = (string)MachineClient.Expect(made, 201).Json["id"]!;
        }
    }

    /// <summary>Somebody who is not in the matrix, and owns what is foreign there.</summary>
    public Party Other => _other;

    private Task<Stage> NewStage() => Stage.MakeAsync(_portal.Owner);

    private async Task<List<Who>> Everybody()
    {
        var member = await _portal.Person();
        var agent = await _portal.Agent(member);
        var administrator = await _portal.Person(Role.Administrator);
        var auditor = await _portal.Person(Role.Auditor);
        auditor.Client.Signer = Unregistered();
        var id = _portal.Account(Role.Owner);
        var keyless = new Party(
            _portal.Portal.Client(_portal.Key(id, PermissionSets.Machine), id, Unregistered()),
            id
        );
        var tenant = SameAs(member, ApiKeyScope.Tenant);
        var organisation = SameAs(member, ApiKeyScope.Org);
        return
        [
            .. Enum.GetValues<Grant>()
                .Select(grant => new Who("Owner's key", member, member, grant)),
            .. Enum.GetValues<Grant>()
                .Select(grant => new Who("agent's key", agent, member, grant)),
            new("Administrator's key", administrator, administrator, Grant.None),
            new("Administrator's key", administrator, administrator, Grant.VaultWrite),
            .. new[] { Grant.None, Grant.VaultAdmin, Grant.ItemWrite }.Select(grant => new Who(
                "Auditor's key",
                auditor,
                auditor,
                grant
            )
            {
                Permissions = PermissionSets.Machine & PermissionSets.Auditor,
                IsAuditor = true,
                HasKeyPair = false,
            }),
            new("key of scope TENANT", tenant, member, Grant.VaultAdmin),
            new("key of scope TENANT", tenant, member, Grant.None),
            new("key of scope ORG", organisation, member, Grant.VaultRead),
            new("key of scope ORG", organisation, member, Grant.ItemWrite),
            new("key of somebody without a key pair", keyless, keyless, Grant.VaultAdmin)
            {
                HasKeyPair = false,
            },
        ];
    }

    private Party SameAs(Party member, ApiKeyScope scope) =>
        new(
            _portal.Portal.Client(
                _portal.Key(member.Id, PermissionSets.Machine, scope),
                member.Id,
                member.Signer
            ),
            member.Id
        )
        {
            EncryptionKey = member.EncryptionKey,
        };

    private static Signer Unregistered()
    {
        var signer = Signer.Ed25519();
        signer.Id = VaultState.NewId();
        return signer;
    }
}
