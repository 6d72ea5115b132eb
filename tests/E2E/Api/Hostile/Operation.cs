using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>What a call asks of the caller beyond its permission (machine.md section 9).</summary>
public enum Needs
{
    /// <summary>Nothing: it is about no object, or about whatever the caller may see.</summary>
    Nothing,
    VaultRead,

    /// <summary>READ on the vault; for whoever has grants on single items it is not there.</summary>
    WholeVaultRead,
    VaultWrite,
    VaultAdmin,

    /// <summary>READ on the vault or on any item of it.</summary>
    VaultOrAnyItem,
    ItemRead,
    ItemWrite,

    /// <summary>WRITE on the vault or on any item of it.</summary>
    AnyItemWrite,

    /// <summary>WRITE on the item and READ on the vault: a summary is signed.</summary>
    ItemWriteAndVaultRead,
    ItemAdmin,

    /// <summary>The owner's own, and no key of scope AGENT.</summary>
    Own,

    /// <summary>A key of scope AGENT.</summary>
    AgentKey,
}

/// <summary>Who signs what a call carries.</summary>
public enum Signs
{
    Nothing,

    /// <summary>A user; an agent is told that he needs one.</summary>
    User,

    /// <summary>A user or an agent.</summary>
    Anybody,
}

/// <summary>One call of the machine API as the contract has it.</summary>
public sealed record Operation(string Name, HttpMethod Method, string Path)
{
    /// <summary>A body that leaves everything right, signed by the caller; null = the call takes none.</summary>
    public Func<Party, Stage, JsonObject>? Body { get; init; }

    /// <summary>A body that is no JSON.</summary>
    public Func<byte[]>? Bytes { get; init; }

    /// <summary>The same with every member that there is, for the tests of form; need not be right beyond its form.</summary>
    public Func<Party, Stage, JsonObject>? Sample { get; init; }

    /// <summary>The members of the body, see <see cref="Shapes"/>.</summary>
    public string Shape { get; init; } = "";

    public int Success { get; init; } = 200;

    public Permissions Permission { get; init; } = Permissions.VaultWrite;

    public Needs Needs { get; init; }

    public Signs Signs { get; init; }

    /// <summary>The code of its 404.</summary>
    public string NotFound { get; init; } = "vault_not_found";

    /// <summary>What has to be done to a stage before the call can succeed on it.</summary>
    public Func<Stage, Task>? Prepare { get; init; }

    /// <summary>On creation the refusals of checkpoints come under this code.</summary>
    public string? CreationCode { get; init; }

    /// <summary>Whether it is a restore: then what is archived is there.</summary>
    public bool Restores { get; init; }

    /// <summary>A POST that only reads.</summary>
    public bool IsQuery { get; init; }

    public bool Writes => Method != HttpMethod.Get && !IsQuery;

    /// <summary>The request's content for this caller and this stage; null = none.</summary>
    public HttpContent? Content(Party party, Stage stage) =>
        Bytes is not null ? MachineClient.Content(Bytes(), "application/octet-stream")
        : Body is not null ? MachineClient.Content(Json.Text(Body(party, stage)))
        : null;

    /// <summary>Whether a request with anything altered is refused for its checkpoints, whatever else it says.</summary>
    public bool IsSealed => Signs != Signs.Nothing;

    public override string ToString() => Name;
}
