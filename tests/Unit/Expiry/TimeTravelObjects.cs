using System.Globalization;
using System.Text;
using VaultPortal.Core.Access;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;
using VaultPortal.Tests.Unit.Access;

namespace VaultPortal.Tests.Unit.Expiry;

/// <summary>Writes the same into the database, in bulk, and into the model. Nothing here works anything out.</summary>
internal sealed class TimeTravelObjects(AccessStore store, Model model, Random random)
{
    public const int Vaults = 20;
    private const int Agents = 10;

    private readonly StringBuilder _sql = new();
    private long _versions;
    private int _names;

    /// <summary>Accounts: two Owners, eight with grants, an Auditor.</summary>
    public void AddPeople()
    {
        for (var i = 0; i < 11; i++)
        {
            var role =
                i < 2 ? Role.Owner
                : i < 10 ? Role.Administrator
                : Role.Auditor;
            var account = store.AddAccount($"person{i}@example.org", role);
            model.People.Add(
                new Person
                {
                    Id = account.Id,
                    PublicId = account.PublicId,
                    Role = role,
                }
            );
        }
    }

    /// <param name="now">In microseconds.</param>
    public void AddVaults(long now)
    {
        var with = model.People.Where(person => person.Role == Role.Administrator).ToArray();
        for (var vault = 1; vault <= Vaults; vault++)
        {
            Insert(
                "vault (id, public_id, name, current_dek_version, directory_version, directory_checkpoint, summary_version, summary_checkpoint, permission_version, permission_checkpoint, item_count, created_by_kind, created_by_id, rekey_due, created_at, updated_at, changed, opened, classification)",
                $"{vault}, randomblob(12), 'vault {vault}', 1, 0, 0, 0, 0, 0, 0, 100, 1, 1, 0, {now}, {now}, 1, 1, {Sql(ClassificationOf(vault) is var c and not 0 ? c : null)}"
            );
            // Nobody administers the last one.
            Grant(with[vault % 4], vault, vault == Vaults ? AccessLevel.Read : AccessLevel.Admin);
            Grant(with[4 + (vault % 4)], vault, AccessLevel.Read);
            if (vault % 3 == 0 && vault != Vaults)
            {
                Grant(with[(vault + 1) % 4], vault, AccessLevel.Admin);
            }
        }

        for (var agent = 1; agent <= Agents; agent++)
        {
            Insert(
                "agent (id, public_id, owner_id, name, created_at)",
                $"{agent}, randomblob(12), {with[agent % with.Length].Id}, 'agent {agent}', {now}"
            );
        }
    }

    public void Add(LifetimeKind kind, int count, long now, double expiring)
    {
        var items = model.Things.Where(thing => thing.Kind == LifetimeKind.VaultItem).ToArray();
        var creators = model.People.Where(person => person.Role == Role.Administrator).ToArray();
        for (var i = 1; i <= count; i++)
        {
            var number = ++_names;
            var creator = creators[random.Next(creators.Length)];
            var item = kind == LifetimeKind.Field ? items[i % items.Length] : null;
            var vault =
                item?.Vault ?? (kind == LifetimeKind.VaultItem ? 1 + random.Next(Vaults) : 0);
            Add(
                new Thing
                {
                    Kind = kind,
                    Id = number,
                    Name = NameOf(kind, number),
                    Vault = vault,
                    Item = item,
                    ItemType =
                        item?.ItemType ?? (kind == LifetimeKind.VaultItem ? 1 + random.Next(8) : 0),
                    FieldType = item is null ? 0 : 1 + random.Next(7),
                    Classification = ClassificationOf(vault),
                    Creator =
                        item?.Creator ?? (kind == LifetimeKind.TrustedIssuer ? 0 : creator.Id),
                    ExpiresAt =
                        random.NextDouble() < expiring ? now + Days(-20 + random.Next(520)) : null,
                    ValueAt =
                        kind == LifetimeKind.VaultItem ? null : now - Days(random.Next(0, 290)),
                }
            );
        }
    }

    public void Extend(Thing thing, long? to)
    {
        thing.ExpiresAt = to;
        thing.NextDue = 0;
        Update(thing, $"expires_at = {Sql(to)}");
    }

    /// <summary>A new value.</summary>
    public void Rotate(Thing thing, long now)
    {
        thing.NextDue = 0;
        if (thing.Kind == LifetimeKind.Field)
        {
            thing.ValueAt = now;
            Update(thing, $"updated_at = {now}");
        }
        else if (thing.Kind is LifetimeKind.EnvironmentSecret or LifetimeKind.WorkflowSecret)
        {
            thing.ValueAt = now;
            var version = AddVersion(thing, now);
            Update(thing, $"version = version + 1, version_id = {version}, value_id = {version}");
        }
        else if (thing.Kind == LifetimeKind.ApiKey)
        {
            // With an overlap: its successor is listed, and made with the same expiry.
            thing.GoneAt = now;
            var next = new Thing
            {
                Kind = thing.Kind,
                Id = ++_names,
                Name = NameOf(thing.Kind, _names),
                Creator = thing.Creator,
                ExpiresAt = thing.ExpiresAt,
                ValueAt = now,
            };
            Add(next);
            Update(thing, $"successor_id = {next.Id}");
        }
    }

    /// <summary>Into the trash, revoked, retired or disabled.</summary>
    public void Remove(Thing thing, long now)
    {
        thing.GoneAt = now;
        Update(thing, $"{GoneColumn(thing)} = {(IsState(thing) ? 3 : now)}");
    }

    /// <summary>Back again, what can be.</summary>
    public void Restore(Thing thing)
    {
        (thing.GoneAt, thing.NextDue) = (null, 0);
        Update(thing, $"{GoneColumn(thing)} = {(IsState(thing) ? "1" : "NULL")}");
    }

    public void Archive(long vault, long? at)
    {
        _ = at is null ? model.ArchivedVaults.Remove(vault) : model.ArchivedVaults.Add(vault);
        Say($"UPDATE vault SET archived_at = {Sql(at)} WHERE id = {vault}");
        model.LookAtAll();
    }

    public void Disable(Person person, long? at)
    {
        person.IsDisabled = at is not null;
        Say($"UPDATE account SET disabled_at = {Sql(at)} WHERE id = {person.Id}");
    }

    public void EndGrants(Person person)
    {
        person.Grants.Clear();
        Say(
            $"UPDATE access_grant SET ended = 2 WHERE principal_kind = 1 AND principal_id = {person.Id}"
        );
    }

    public void Mute(Person person, IEnumerable<Thing> things, bool muted)
    {
        foreach (var thing in things)
        {
            var which = $"{person.Id}, {(int)thing.Kind}, {thing.Id}";
            if (muted && person.Muted.Add(thing))
            {
                Say(
                    $"INSERT INTO reminder_mute (account_id, kind, object_id, muted_at) VALUES ({which}, 1)"
                );
            }
            else if (!muted && person.Muted.Remove(thing))
            {
                Say($"DELETE FROM reminder_mute WHERE (account_id, kind, object_id) = ({which})");
            }
        }
    }

    public void AddHook(int id, params string[] events)
    {
        Insert(
            "webhook (id, public_id, name, url, sealed_secret, events, allows_private_address, version, created_by_id, created_at, updated_at)",
            $"{id}, randomblob(12), 'hook {id}', 'https://hooks.example.org', x'', '{string.Join(',', events)}', 0, 1, 1, 0, 0"
        );
        model.Hooks.Add(new Hook { Id = id, Events = events });
    }

    public void Disable(Hook hook, long? at)
    {
        hook.IsDisabled = at is not null;
        Say($"UPDATE webhook SET disabled_at = {Sql(at)} WHERE id = {hook.Id}");
    }

    /// <summary>Puts the policies in the place of those before.</summary>
    public void Decide(params Rule[] rules)
    {
        model.Rules.Clear();
        model.Rules.AddRange(rules);
        model.LookAtAll();
        Say("DELETE FROM expiry_policy");
        foreach (var rule in rules)
        {
            var people = model
                .People.Where(person => rule.People.Contains(person.Id))
                .Select(person => person.PublicId);
            Insert(
                "expiry_policy (public_id, name, kind, vault_id, item_type, field_type, classification, on_expiry, reminder_offsets, rotate_every, reminds_creator, reminds_admins, reminded_people, version, created_at, updated_at)",
                $"randomblob(12), 'policy', {rule.Kind}, {rule.Vault}, {rule.ItemType}, {rule.FieldType}, {rule.Classification}, {random.Next(1, 3)}, '{string.Join(',', rule.Offsets.OrderDescending())}', {Sql(rule.RotateEvery)}, {rule.Creator}, {rule.Admins}, '{string.Join(',', people)}', 1, 0, 0"
            );
        }
    }

    /// <summary>Writes what was gathered, in one transaction.</summary>
    public void Write()
    {
        if (_sql.Length > 0)
        {
            store.Execute($"BEGIN IMMEDIATE; {_sql} COMMIT;");
            _sql.Clear();
        }
    }

    public static long Days(double days) => (long)(days * Model.Day * Model.Second);

    private static int ClassificationOf(long vault) =>
        vault switch
        {
            0 => 0,
            4 or 5 => 2,
            _ => vault % 2 == 0 ? 1 : 0,
        };

    private void Add(Thing thing)
    {
        model.Things.Add(thing);
        var (id, expires, at) = (thing.Id, Sql(thing.ExpiresAt), thing.ValueAt ?? 0);
        var publicId = $"x'{id:x24}'";
        switch (thing.Kind)
        {
            case LifetimeKind.VaultItem:
                Insert(
                    "vault_item (id, public_id, vault_id, name, type, websites, detail_version, detail_checkpoint, field_count, permission_version, permission_checkpoint, created_by_kind, created_by_id, created_at, updated_at, changed, expires_at)",
                    $"{id}, {publicId}, {thing.Vault}, 'item', {thing.ItemType}, '[]', 0, 0, 1, 0, 0, 1, {thing.Creator}, 0, 0, 1, {expires}"
                );
                break;
            case LifetimeKind.Field:
                Insert(
                    "field (id, public_id, item_id, name, type, sort_order, instance_sequence, instance_id, dek_version, updated_at, expires_at)",
                    $"{id}, {publicId}, {thing.Item!.Id}, 'field {id}', {thing.FieldType}, 1, 0, randomblob(12), 1, {at}, {expires}"
                );
                break;
            case LifetimeKind.EnvironmentSecret or LifetimeKind.WorkflowSecret:
                var version = AddVersion(thing, at);
                Insert(
                    "secret (id, public_id, store, kind, name, is_active, is_reserved, version, version_id, value_id, previous_value_id, expires_at, created_at, updated_at)",
                    $"{id}, x'{id:x32}', {(thing.Kind == LifetimeKind.EnvironmentSecret ? 1 : 2)}, 1, 'KEY_{id}', 1, 0, 1, {version}, {version}, 0, {expires}, {at}, {at}"
                );
                break;
            case LifetimeKind.ApiKey:
                Insert(
                    "api_key (id, public_id, access_key, hash, name, format, scope, owner_id, permissions, allow_list, created_at, expires_at)",
                    $"{id}, {publicId}, 'access{id}', randomblob(32), 'key', 1, 1, {thing.Creator}, 0, '', {at}, {expires}"
                );
                break;
            case LifetimeKind.UserKey or LifetimeKind.AgentKey:
                var isUser = thing.Kind == LifetimeKind.UserKey;
                var agent = $"(SELECT id FROM agent WHERE owner_id = {thing.Creator} LIMIT 1)";
                Insert(
                    "registered_key (id, public_id, owner_kind, owner_id, algorithm, spki, fingerprint, state, created_at, expires_at)",
                    $"{id}, {publicId}, {(isUser ? 1 : 2)}, {(isUser ? thing.Creator : agent)}, 1, x'01', randomblob(32), 1, {at}, {expires}"
                );
                break;
            default:
                Insert(
                    "trusted_issuer (id, public_id, name, issuer, audience, jwks_document, mappings, revision, allows_private_address, created_at, updated_at, expires_at)",
                    $"{id}, {publicId}, 'issuer', 'https://issuer{id}.example.org', 'vault', '{{}}', '[]', 1, 0, {at}, {at}, {expires}"
                );
                break;
        }
    }

    private long AddVersion(Thing thing, long at)
    {
        var creator = model.People.Single(person => person.Id == thing.Creator).PublicId;
        Insert(
            "secret_version (id, secret_id, version, previous, change, name, value_id, is_active, is_reserved, created_at, created_by)",
            $"{++_versions}, {thing.Id}, {_versions}, coalesce((SELECT version_id FROM secret WHERE id = {thing.Id}), 0), 1, 'KEY', {_versions}, 1, 0, {at}, 'user:{creator}'"
        );
        return _versions;
    }

    private void Grant(Person person, long vault, AccessLevel level)
    {
        person.Grants[vault] = level;
        Insert(
            "access_grant (asset_kind, asset_id, principal_kind, principal_id, level, created_at, opened)",
            $"1, {vault}, 1, {person.Id}, {(int)level}, 0, 1"
        );
    }

    private static string NameOf(LifetimeKind kind, long id) =>
        kind switch
        {
            LifetimeKind.EnvironmentSecret => $"KEY_{id}",
            LifetimeKind.WorkflowSecret => SecretId
                .FromBytes(Convert.FromHexString(id.ToString("x32", CultureInfo.InvariantCulture)))
                .ToWorkflow(),
            _ => id.ToString("x24", CultureInfo.InvariantCulture),
        };

    private static bool IsState(Thing thing) =>
        thing.Kind is LifetimeKind.UserKey or LifetimeKind.AgentKey;

    private static string GoneColumn(Thing thing) =>
        thing.Kind switch
        {
            LifetimeKind.VaultItem or LifetimeKind.Field => "archived_at",
            LifetimeKind.EnvironmentSecret or LifetimeKind.WorkflowSecret => "deleted_at",
            LifetimeKind.ApiKey => "revoked_at",
            LifetimeKind.TrustedIssuer => "disabled_at",
            _ => "state",
        };

    private void Update(Thing thing, string set)
    {
        var table = thing.Kind switch
        {
            LifetimeKind.VaultItem => "vault_item",
            LifetimeKind.Field => "field",
            LifetimeKind.EnvironmentSecret or LifetimeKind.WorkflowSecret => "secret",
            LifetimeKind.ApiKey => "api_key",
            LifetimeKind.TrustedIssuer => "trusted_issuer",
            _ => "registered_key",
        };
        Say($"UPDATE {table} SET {set} WHERE id = {thing.Id}");
    }

    private void Insert(string into, string values) => Say($"INSERT INTO {into} VALUES ({values})");

    private void Say(string sql) => _sql.Append(sql).Append("; ");

    private static string Sql(long? number) =>
        number?.ToString(CultureInfo.InvariantCulture) ?? "NULL";
}
