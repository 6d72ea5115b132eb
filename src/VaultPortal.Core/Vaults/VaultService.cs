using System.Collections.ObjectModel;
using System.Text;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Vaults;

/// <summary>Vaults: made, renamed, classified and archived by signed requests, read by those with a grant.</summary>
public sealed class VaultService(Gate gate, CheckpointVerifier verifier, ReadConnections reads)
{
    private const int FirstDekVersion = 1;

    /// <summary>The vaults that the caller sees, in pages.</summary>
    public Task<Result<VaultList>> ListAsync(
        Caller caller,
        VaultQuery query,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync(
            caller,
            new AuditedCall("vault.list", "vaults", Permissions.VaultRead),
            (scope, standing) => List(scope, standing, query),
            cancellation
        );

    /// <summary>A vault's metadata. Whoever sees only that it exists, or single items of it, gets no checkpoints and counts.</summary>
    public Task<Result<VaultView>> GetAsync(
        Caller caller,
        PublicId vaultId,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync(
            caller,
            new AuditedCall("vault.read", $"vault:{vaultId}", Permissions.VaultRead),
            (scope, standing) => Get(scope, standing, vaultId),
            cancellation
        );

    /// <summary>A vault's active items and groups; for a caller with item grants only, his items.</summary>
    public Task<Result<VaultContents>> GetContentsAsync(
        Caller caller,
        PublicId vaultId,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync(
            caller,
            new AuditedCall("vault.read_items", $"vault:{vaultId}", Permissions.VaultRead),
            (scope, standing) => Contents(scope, standing, vaultId),
            cancellation
        );

    /// <summary>A vault's archived items, those archived last first, for whoever may restore them. Only pages ask for them.</summary>
    public Task<Result<ArchivedItems>> GetArchivedItemsAsync(
        Caller caller,
        PublicId vaultId,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync(
            caller,
            new AuditedCall(
                "vault.read_archived_items",
                $"vault:{vaultId}",
                Permissions.VaultRead | Permissions.VaultWrite
            ),
            (scope, standing) => Archived(scope, standing, vaultId),
            cancellation
        );

    /// <summary>Makes an empty vault; the caller gets ADMIN, and an agent's owner with it.</summary>
    public Task<Result<Created>> CreateAsync(
        Caller caller,
        NewVault vault,
        CancellationToken cancellation
    )
    {
        verifier.VerifySignatures(vault.Directory, vault.Summary, vault.Permission);
        WrappedDeks.Verify(reads, vault.WrappedDeks);
        return gate.WriteAsync(
            caller,
            new AuditedCall("vault.create", $"vault:{vault.Id}", Permissions.VaultWrite),
            (_, _) => (Result<Unit>)default(Unit),
            (scope, standing, _) => Create(scope, standing, vault),
            cancellation
        );
    }

    /// <summary>Changes name and classification under a directory and a summary checkpoint (machine.md section 6).</summary>
    public Task<Result<Unit>> UpdateAsync(
        Caller caller,
        PublicId vaultId,
        VaultUpdate update,
        CancellationToken cancellation
    )
    {
        verifier.VerifySignatures(update.Directory, update.Summary);
        return gate.WriteAsync(
            caller,
            new AuditedCall("vault.update", $"vault:{vaultId}", Permissions.VaultWrite),
            (scope, standing) => OpenForAdmin(scope, standing, vaultId),
            (scope, standing, vault) => Update(scope, standing, vault, update),
            cancellation
        );
    }

    /// <summary>Archives a vault under a directory checkpoint and a signed statement; nothing is erased.</summary>
    public Task<Result<Unit>> ArchiveAsync(
        Caller caller,
        PublicId vaultId,
        VaultStateChange change,
        CancellationToken cancellation
    )
    {
        verifier.VerifySignatures(change.Directory);
        var stated = StatementHolds(vaultId, change, "archived");
        return gate.WriteAsync(
            caller,
            new AuditedCall("vault.archive", $"vault:{vaultId}", Permissions.VaultWrite),
            (scope, standing) => OpenForAdmin(scope, standing, vaultId),
            (scope, standing, vault) => Archive(scope, standing, vault, change.Directory, stated),
            cancellation
        );
    }

    /// <summary>
    /// Brings an archived vault back, as <see cref="ArchiveAsync"/> took it away. One that is not archived stays as it is and takes
    /// the checkpoint.
    /// </summary>
    public Task<Result<Unit>> RestoreAsync(
        Caller caller,
        PublicId vaultId,
        VaultStateChange change,
        CancellationToken cancellation
    )
    {
        verifier.VerifySignatures(change.Directory);
        var stated = StatementHolds(vaultId, change, "active");
        return gate.WriteAsync(
            caller,
            new AuditedCall("vault.restore", $"vault:{vaultId}", Permissions.VaultWrite),
            (scope, standing) => OpenForAdmin(scope, standing, vaultId),
            (scope, standing, vault) => Restore(scope, standing, vault, change.Directory, stated),
            cancellation
        );
    }

    private static Result<VaultList> List(ReadScope scope, Standing standing, VaultQuery query)
    {
        var (rows, total) = scope
            .Commands<VaultListCommands>()
            .List(
                standing,
                query,
                policies: query.Now is null ? null : scope.Commands<PolicyCommands>().All()
            );
        return new VaultList(
            [.. rows.Select(r => WithDirectory(scope, standing, r.Row, r.DirectoryCheckpoint))],
            total
        );
    }

    private static Result<VaultView> Get(ReadScope scope, Standing standing, PublicId vaultId)
    {
        if (FindRow(scope, standing, vaultId) is not { } row)
        {
            return VaultErrors.VaultNotFound;
        }

        var access = scope.Commands<AccessCommands>();
        var vaults = scope.Commands<VaultCommands>();
        var vault = vaults.Find(vaultId)!;
        var (creatorId, creator) = access.NameOf(
            new PrincipalRef(vault.CreatedByKind, vault.CreatedById)
        );
        var view = new VaultView
        {
            Vault = row,
            CreatedBy = creator,
            CreatedById = creatorId,
            RekeyDue = vault.RekeyDue,
            StaleInstances = row.ItemGrantsOnly ? 0 : vaults.StaleInstances(vault),
            Members =
                standing.SeesAllVaults || row.Access is not null ? MembersOf(scope, vault) : [],
        };
        if (row.Access is null)
        {
            return view;
        }

        var checkpoints = scope.Commands<CheckpointCommands>();
        return view with
        {
            Summary = CheckpointVerifier.Show(
                access,
                checkpoints.Find(vault.SummaryCheckpoint),
                ForPages(standing) ? vaults.SummaryOf(vault) : null
            ),
            Permission = CheckpointVerifier.Show(
                access,
                checkpoints.Find(vault.PermissionCheckpoint),
                ForPages(standing) ? PermissionOf(vault, view.Members) : null
            ),
        };
    }

    private static Result<VaultContents> Contents(
        ReadScope scope,
        Standing standing,
        PublicId vaultId
    )
    {
        if (
            FindRow(scope, standing, vaultId) is not { } row
            || (row.Access is null && !row.ItemGrantsOnly)
        )
        {
            return VaultErrors.VaultNotFound;
        }

        var access = scope.Commands<AccessCommands>();
        var vaults = scope.Commands<VaultCommands>();
        var vault = vaults.Find(vaultId)!;
        IEnumerable<ItemRow> items = scope.Commands<VaultItemCommands>().ActiveOf(vault.Id);
        if (row.ItemGrantsOnly)
        {
            items = items.Where(i =>
                access.FindGrant(standing.Principal, GrantedAsset.VaultItem, i.Id) is not null
            );
            return new VaultContents
            {
                Vault = row,
                Items = [.. items.Select(VaultItemService.ToRow)],
                Groups = [],
                Rules = RulesOf(scope, standing, vault),
            };
        }

        return new VaultContents
        {
            Vault = row,
            Items = [.. items.Select(VaultItemService.ToRow)],
            Groups = [.. vaults.GroupsOf(vault.Id).Select(g => new ItemGroupRow(g.Id, g.Name))],
            Rules = RulesOf(scope, standing, vault),
            Summary = CheckpointVerifier.Show(
                access,
                scope.Commands<CheckpointCommands>().Find(vault.SummaryCheckpoint),
                ForPages(standing) ? vaults.SummaryOf(vault) : null
            ),
        };
    }

    private static Result<ArchivedItems> Archived(
        ReadScope scope,
        Standing standing,
        PublicId vaultId
    )
    {
        var vault = VaultAccess.OpenVault(
            scope.Commands<AccessCommands>(),
            scope.Commands<VaultCommands>(),
            standing,
            vaultId,
            AccessLevel.Write
        );
        return vault.Error is { } refused ? refused
            : vault.Value.ArchivedAt is not null ? VaultErrors.VaultNotFound
            : new ArchivedItems([
                .. scope
                    .Commands<VaultItemCommands>()
                    .ArchivedOf(vault.Value.Id)
                    .Select(VaultItemService.ToRow),
            ]);
    }

    /// <summary>The vault as the caller sees it. Pages show an archived one to those who may restore it.</summary>
    private static VaultRow? FindRow(ReadScope scope, Standing standing, PublicId vaultId)
    {
        var lists = scope.Commands<VaultListCommands>();
        var query = new VaultQuery { Take = 1 };
        var (rows, _) = lists.List(standing, query, vaultId);
        if (rows.Count == 0 && ForPages(standing))
        {
            (rows, _) = lists.List(
                standing,
                query with
                {
                    State = VaultListState.Archived,
                },
                vaultId
            );
        }

        return rows.Count == 0
            ? null
            : WithDirectory(scope, standing, rows[0].Row, rows[0].DirectoryCheckpoint);
    }

    internal static VaultRow WithDirectory(
        ReadScope scope,
        Standing standing,
        VaultRow row,
        long checkpoint
    )
    {
        var stored = scope.Commands<CheckpointCommands>().Find(checkpoint);
        var state = ForPages(standing)
            ? new DirectoryContent(row.Id, stored?.Version ?? 0, row.Name, null, row.Classification)
            : null;
        return row with
        {
            Directory = CheckpointVerifier.Show(scope.Commands<AccessCommands>(), stored, state),
        };
    }

    private static VaultMember[] MembersOf(ReadScope scope, Vault vault)
    {
        var access = scope.Commands<AccessCommands>();
        return
        [
            .. scope
                .Commands<VaultCommands>()
                .MembersOf(vault.Id)
                .Select(m => new VaultMember(
                    m.Principal.Kind,
                    m.Id,
                    m.Name,
                    m.Level,
                    m.Since,
                    access.ActiveFingerprints(m.Principal)
                )),
        ];
    }

    private static PermissionContent PermissionOf(
        Vault vault,
        IReadOnlyList<VaultMember> members
    ) =>
        new(
            GrantedAsset.Vault,
            vault.PublicId,
            vault.PermissionVersion,
            [.. members.Select(m => new PermissionEntry(m.Kind, m.Id, m.Level, m.KeyFingerprints))]
        );

    /// <summary>Machines are told when an item expires; how soon that is, pages say.</summary>
    private static IReadOnlyDictionary<ItemType, ExpiryRule> RulesOf(
        ReadScope scope,
        Standing standing,
        Vault vault
    )
    {
        if (!ForPages(standing))
        {
            return ReadOnlyDictionary<ItemType, ExpiryRule>.Empty;
        }

        var policies = scope.Commands<PolicyCommands>().All();
        return Enum.GetValues<ItemType>()
            .ToDictionary(type => type, type => policies.RuleFor(VaultTraits.OfItem(vault, type)));
    }

    /// <summary>Pages show how a checkpoint stands; machines work it out themselves.</summary>
    private static bool ForPages(Standing standing) => standing.Kind == CallerKind.Person;

    private static Result<Vault> OpenForAdmin(
        WriteScope scope,
        Standing standing,
        PublicId vaultId
    ) =>
        VaultAccess.OpenVault(
            scope.Commands<AccessCommands>(),
            scope.Commands<VaultCommands>(),
            standing,
            vaultId,
            AccessLevel.Admin
        );

    private static Result<Created> Create(WriteScope scope, Standing standing, NewVault request)
    {
        var access = scope.Commands<AccessCommands>();
        var signers = CheckpointVerifier.Accept(
            access,
            standing,
            agentMaySign: true,
            (request.Directory, 0),
            (request.Summary, 0),
            (request.Permission, 0)
        );
        if (signers.Error is { } refused)
        {
            return VaultErrors.OnCreate("vault_creation_failed", refused);
        }

        var vaults = scope.Commands<VaultCommands>();
        if (vaults.Find(request.Id) is not null)
        {
            return VaultErrors.IdConflict(JsonPointer.Root.Member("id"));
        }

        var vault = new Vault
        {
            PublicId = request.Id,
            Name = request.Name,
            Classification = request.Classification,
            CurrentDekVersion = FirstDekVersion,
            CreatedByKind = standing.Principal.Kind,
            CreatedById = standing.Principal.Id,
            CreatedAt = scope.Now,
            UpdatedAt = scope.Now,
        };
        var admins = Admins(standing);
        if (DifferenceOnCreate(access, vault, admins, request) is { } difference)
        {
            return VaultErrors.OnCreate(
                "vault_creation_failed",
                CheckpointErrors.Mismatch(difference)
            );
        }

        var wraps = WrappedDeks.Decide(scope, vault, admins, request.WrappedDeks);
        if (wraps.Error is { } unwrapped)
        {
            return unwrapped;
        }

        vaults.Insert(vault, scope.CommitSequence);
        foreach (var admin in admins)
        {
            access.InsertGrant(
                GrantedAsset.Vault,
                vault.Id,
                admin,
                AccessLevel.Admin,
                scope.Now,
                scope.CommitSequence
            );
        }

        Put(
            scope,
            vault,
            (request.Directory, signers.Value[0]),
            (request.Summary, signers.Value[1])
        );
        if (request.Permission is { } permission)
        {
            vault.PermissionVersion = permission.Content.Version;
            vault.PermissionCheckpoint = scope
                .Commands<CheckpointCommands>()
                .Append(permission, vault.Id, signers.Value[2], scope.Now, 0);
        }

        vaults.Update(vault, scope.CommitSequence);
        WrappedDeks.Write(scope, vault.Id, wraps.Value);
        return new Created(vault.PublicId);
    }

    private static JsonPointer? DifferenceOnCreate(
        AccessCommands access,
        Vault vault,
        PrincipalRef[] admins,
        NewVault request
    )
    {
        var summary = new SummaryContent(
            vault.PublicId,
            0,
            vault.Name,
            vault.Classification,
            FirstDekVersion,
            [],
            []
        );
        var permission = new PermissionContent(
            GrantedAsset.Vault,
            vault.PublicId,
            0,
            [
                .. admins.Select(a => new PermissionEntry(
                    a.Kind,
                    access.NameOf(a).Id,
                    AccessLevel.Admin,
                    access.ActiveFingerprints(a)
                )),
            ]
        );
        return request.Directory?.Content.DifferenceFrom(
                VaultCommands.DirectoryOf(vault),
                request.Directory.At.Member("checkpoint")
            )
            ?? request.Summary.Content.DifferenceFrom(
                summary,
                request.Summary.At.Member("checkpoint")
            )
            ?? request.Permission?.Content.DifferenceFrom(
                permission,
                request.Permission.At.Member("checkpoint")
            );
    }

    /// <summary>Who holds ADMIN on a vault from its first moment.</summary>
    private static PrincipalRef[] Admins(Standing standing) =>
        standing.Principal.Kind == PrincipalKind.Agent
            ? [standing.Principal, new PrincipalRef(PrincipalKind.User, standing.OwnerId)]
            : [standing.Principal];

    private static Result<Unit> Update(
        WriteScope scope,
        Standing standing,
        Vault vault,
        VaultUpdate update
    )
    {
        if (vault.ArchivedAt is not null)
        {
            return VaultErrors.VaultNotFound;
        }

        var signers = CheckpointVerifier.Accept(
            scope.Commands<AccessCommands>(),
            standing,
            agentMaySign: false,
            (update.Directory, vault.DirectoryVersion),
            (update.Summary, vault.SummaryVersion)
        );
        if (signers.Error is { } refused)
        {
            return refused;
        }

        var before = vault.Classification;
        vault.Name = update.Name;
        vault.Classification = update.Classification ?? vault.Classification;
        var vaults = scope.Commands<VaultCommands>();
        var difference =
            update.Directory.Content.DifferenceFrom(
                VaultCommands.DirectoryOf(vault),
                update.Directory.At.Member("checkpoint")
            )
            ?? update.Summary.Content.DifferenceFrom(
                vaults.SummaryOf(vault),
                update.Summary.At.Member("checkpoint")
            );
        if (difference is not null)
        {
            return CheckpointErrors.Mismatch(difference);
        }

        Put(scope, vault, (update.Directory, signers.Value[0]), (update.Summary, signers.Value[1]));
        vaults.Update(vault, scope.CommitSequence);
        if (vault.Classification != before)
        {
            VaultLifetimes.Classified(scope, vault, before);
        }

        return default(Unit);
    }

    private static Result<Unit> Archive(
        WriteScope scope,
        Standing standing,
        Vault vault,
        SignedInput<DirectoryContent> directory,
        bool stated
    )
    {
        if (vault.ArchivedAt is not null)
        {
            return VaultErrors.VaultNotFound;
        }

        var accepted = AcceptState(scope, standing, vault, directory, stated);
        if (accepted.Error is { } refused)
        {
            return refused;
        }

        vault.ArchivedAt = scope.Now;
        Put(scope, vault, (directory, accepted.Value), (null, 0));
        scope.Commands<VaultCommands>().Update(vault, scope.CommitSequence);
        return default(Unit);
    }

    private static Result<Unit> Restore(
        WriteScope scope,
        Standing standing,
        Vault vault,
        SignedInput<DirectoryContent> directory,
        bool stated
    )
    {
        var accepted = AcceptState(scope, standing, vault, directory, stated);
        if (accepted.Error is { } refused)
        {
            return refused;
        }

        if (vault.ArchivedAt is not null)
        {
            vault.ArchivedAt = null;
            vault.Opened = scope.CommitSequence;
            VaultLifetimes.BroughtBack(scope, vault);
        }

        Put(scope, vault, (directory, accepted.Value), (null, 0));
        scope.Commands<VaultCommands>().Update(vault, scope.CommitSequence);
        return default(Unit);
    }

    /// <summary>The signer of a change of state: the directory's next version with its content unchanged, and the statement that says which.</summary>
    private static Result<long> AcceptState(
        WriteScope scope,
        Standing standing,
        Vault vault,
        SignedInput<DirectoryContent> directory,
        bool stated
    )
    {
        directory.SignatureHolds &= stated;
        var signers = CheckpointVerifier.Accept(
            scope.Commands<AccessCommands>(),
            standing,
            agentMaySign: false,
            (directory, vault.DirectoryVersion)
        );
        if (signers.Error is { } refused)
        {
            return stated || refused.Path is null
                ? refused
                : refused with
                {
                    Path = "/statementSignature",
                };
        }

        return
            directory.Content.DifferenceFrom(
                VaultCommands.DirectoryOf(vault),
                directory.At.Member("checkpoint")
            )
                is { } difference
            ? CheckpointErrors.Mismatch(difference)
            : signers.Value[0];
    }

    /// <summary>Keeps the checkpoints that were accepted and moves the vault's counters; the row itself is written by the caller.</summary>
    private static void Put(
        WriteScope scope,
        Vault vault,
        (SignedInput<DirectoryContent>? Signed, long Signer) directory,
        (SignedInput<SummaryContent>? Signed, long Signer) summary
    )
    {
        var checkpoints = scope.Commands<CheckpointCommands>();
        vault.UpdatedAt = scope.Now;
        if (directory.Signed is { } listed)
        {
            vault.DirectoryVersion = listed.Content.Version;
            vault.DirectoryCheckpoint = checkpoints.Append(
                listed,
                vault.Id,
                directory.Signer,
                scope.Now,
                vault.DirectoryCheckpoint
            );
        }

        if (summary.Signed is { } summed)
        {
            vault.SummaryVersion = summed.Content.Version;
            vault.SummaryCheckpoint = checkpoints.Append(
                summed,
                vault.Id,
                summary.Signer,
                scope.Now,
                vault.SummaryCheckpoint
            );
        }
    }

    /// <summary>Whether the directory's signer also signed that the vault takes this state with that directory version.</summary>
    private bool StatementHolds(PublicId vaultId, VaultStateChange change, string state)
    {
        if (change.Statement is null)
        {
            return false;
        }

        using var scope = reads.Open();
        var statement =
            $$"""{"directoryVersion":{{change.Directory.Content.Version}},"state":"{{state}}","vaultId":"{{vaultId}}"}""";
        return scope.Commands<AccessCommands>().FindKey(change.Directory.SignerId) is { } key
            && VerificationKey
                .FromSpki(key.Spki, key.Algorithm)
                .Verify(
                    Encoding.UTF8.GetBytes($"vaultportal:vault-state\n{statement}"),
                    change.Statement
                );
    }
}
