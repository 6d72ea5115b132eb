using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VaultPortal.Core.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "access_grant",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    asset_kind = table.Column<int>(type: "INTEGER", nullable: false),
                    asset_id = table.Column<long>(type: "INTEGER", nullable: false),
                    principal_kind = table.Column<int>(type: "INTEGER", nullable: false),
                    principal_id = table.Column<long>(type: "INTEGER", nullable: false),
                    level = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_access_grant", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "account",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    role = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    disabled_at = table.Column<long>(type: "INTEGER", nullable: true),
                    email = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    normalized_email = table.Column<string>(
                        type: "TEXT",
                        maxLength: 254,
                        nullable: false
                    ),
                    email_confirmed = table.Column<bool>(type: "INTEGER", nullable: false),
                    password_hash = table.Column<string>(
                        type: "TEXT",
                        maxLength: 128,
                        nullable: true
                    ),
                    security_stamp = table.Column<string>(
                        type: "TEXT",
                        maxLength: 64,
                        nullable: true
                    ),
                    concurrency_stamp = table.Column<string>(
                        type: "TEXT",
                        maxLength: 64,
                        nullable: true
                    ),
                    two_factor_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    lockout_end = table.Column<long>(type: "INTEGER", nullable: true),
                    lockout_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    access_failed_count = table.Column<int>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "agent",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    owner_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    archived_at = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agent", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "api_key",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    access_key = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    scope = table.Column<int>(type: "INTEGER", nullable: false),
                    owner_id = table.Column<long>(type: "INTEGER", nullable: false),
                    agent_id = table.Column<long>(type: "INTEGER", nullable: true),
                    permissions = table.Column<long>(type: "INTEGER", nullable: false),
                    allow_list = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_used_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_used_address = table.Column<string>(
                        type: "TEXT",
                        maxLength: 45,
                        nullable: true
                    ),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_api_key", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "audit_entry",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_entry", x => x.sequence);
                }
            );

            migrationBuilder.CreateTable(
                name: "audit_head",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    chain_id = table.Column<string>(type: "TEXT", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    batch = table.Column<long>(type: "INTEGER", nullable: false),
                    writer = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_head", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "audit_seal",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    signature = table.Column<byte[]>(type: "BLOB", nullable: false),
                    public_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_seal", x => x.sequence);
                }
            );

            migrationBuilder.CreateTable(
                name: "checkpoint",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    object_id = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    text = table.Column<byte[]>(type: "BLOB", nullable: false),
                    signer_key_id = table.Column<long>(type: "INTEGER", nullable: false),
                    signature = table.Column<byte[]>(type: "BLOB", nullable: false),
                    accepted_at = table.Column<long>(type: "INTEGER", nullable: false),
                    previous = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_checkpoint", x => x.sequence);
                }
            );

            migrationBuilder.CreateTable(
                name: "data_key",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    wrapped = table.Column<byte[]>(type: "BLOB", nullable: false),
                    master_key_id = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    seal_count = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_data_key", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "data_protection_key",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    xml = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_data_protection_key", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "field",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    item_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 510, nullable: false),
                    type = table.Column<int>(type: "INTEGER", nullable: false),
                    sort_order = table.Column<int>(type: "INTEGER", nullable: false),
                    instance_sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    instance_id = table.Column<byte[]>(
                        type: "BLOB",
                        maxLength: 12,
                        nullable: false
                    ),
                    value = table.Column<byte[]>(type: "BLOB", nullable: true),
                    dek_version = table.Column<int>(type: "INTEGER", nullable: false),
                    asset_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: true),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    archived_at = table.Column<long>(type: "INTEGER", nullable: true),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_field", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "field_instance",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    field_id = table.Column<long>(type: "INTEGER", nullable: false),
                    field_name = table.Column<string>(
                        type: "TEXT",
                        maxLength: 510,
                        nullable: false
                    ),
                    field_type = table.Column<int>(type: "INTEGER", nullable: false),
                    value = table.Column<byte[]>(type: "BLOB", nullable: true),
                    dek_version = table.Column<int>(type: "INTEGER", nullable: false),
                    asset_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: true),
                    detail_version = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by_kind = table.Column<int>(type: "INTEGER", nullable: false),
                    created_by_id = table.Column<long>(type: "INTEGER", nullable: false),
                    previous = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_field_instance", x => x.sequence);
                }
            );

            migrationBuilder.CreateTable(
                name: "item_group",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    vault_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 510, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    archived_at = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_item_group", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "kept_answer",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    scope = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    body_mac = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    answer = table.Column<byte[]>(type: "BLOB", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_kept_answer", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "portal_session",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    token_hash = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    step_up_at = table.Column<long>(type: "INTEGER", nullable: true),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    source = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_portal_session", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "portal_signing_key",
                columns: table => new
                {
                    fingerprint = table.Column<string>(type: "TEXT", nullable: false),
                    public_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sealed_seed = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    retired_at = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_portal_signing_key", x => x.fingerprint);
                }
            );

            migrationBuilder.CreateTable(
                name: "registered_key",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    owner_kind = table.Column<int>(type: "INTEGER", nullable: false),
                    owner_id = table.Column<long>(type: "INTEGER", nullable: false),
                    algorithm = table.Column<int>(type: "INTEGER", nullable: false),
                    spki = table.Column<byte[]>(type: "BLOB", nullable: false),
                    fingerprint = table.Column<byte[]>(
                        type: "BLOB",
                        maxLength: 32,
                        nullable: false
                    ),
                    encryption_spki = table.Column<byte[]>(type: "BLOB", nullable: true),
                    encryption_fingerprint = table.Column<byte[]>(
                        type: "BLOB",
                        maxLength: 32,
                        nullable: true
                    ),
                    encryption_key_signature = table.Column<byte[]>(type: "BLOB", nullable: true),
                    wrapped_private_key = table.Column<string>(type: "TEXT", nullable: true),
                    proof = table.Column<byte[]>(type: "BLOB", nullable: true),
                    endorsed_by = table.Column<long>(type: "INTEGER", nullable: true),
                    endorsement = table.Column<byte[]>(type: "BLOB", nullable: true),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    retired_at = table.Column<long>(type: "INTEGER", nullable: true),
                    retire_reason = table.Column<int>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_registered_key", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "setup_token",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    token_hash = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_setup_token", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "vault",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 510, nullable: false),
                    classification = table.Column<int>(type: "INTEGER", nullable: true),
                    current_dek_version = table.Column<int>(type: "INTEGER", nullable: false),
                    directory_version = table.Column<long>(type: "INTEGER", nullable: false),
                    directory_checkpoint = table.Column<long>(type: "INTEGER", nullable: false),
                    summary_version = table.Column<long>(type: "INTEGER", nullable: false),
                    summary_checkpoint = table.Column<long>(type: "INTEGER", nullable: false),
                    permission_version = table.Column<long>(type: "INTEGER", nullable: false),
                    permission_checkpoint = table.Column<long>(type: "INTEGER", nullable: false),
                    item_count = table.Column<int>(type: "INTEGER", nullable: false),
                    created_by_kind = table.Column<int>(type: "INTEGER", nullable: false),
                    created_by_id = table.Column<long>(type: "INTEGER", nullable: false),
                    rekey_due = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    archived_at = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_vault", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "vault_item",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    vault_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 510, nullable: false),
                    type = table.Column<int>(type: "INTEGER", nullable: false),
                    websites = table.Column<string>(type: "TEXT", nullable: false),
                    group_id = table.Column<long>(type: "INTEGER", nullable: true),
                    detail_version = table.Column<long>(type: "INTEGER", nullable: false),
                    detail_checkpoint = table.Column<long>(type: "INTEGER", nullable: false),
                    field_count = table.Column<int>(type: "INTEGER", nullable: false),
                    created_by_kind = table.Column<int>(type: "INTEGER", nullable: false),
                    created_by_id = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    archived_at = table.Column<long>(type: "INTEGER", nullable: true),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_vault_item", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "wrapped_dek",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    vault_id = table.Column<long>(type: "INTEGER", nullable: false),
                    recipient_key_id = table.Column<long>(type: "INTEGER", nullable: false),
                    dek_version = table.Column<int>(type: "INTEGER", nullable: false),
                    algorithm = table.Column<int>(type: "INTEGER", nullable: false),
                    wrapped = table.Column<byte[]>(type: "BLOB", nullable: false),
                    signer_key_id = table.Column<long>(type: "INTEGER", nullable: false),
                    signature = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_wrapped_dek", x => x.id);
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_access_grant_asset_kind_asset_id",
                table: "access_grant",
                columns: new[] { "asset_kind", "asset_id" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_access_grant_principal_kind_principal_id_asset_kind_asset_id",
                table: "access_grant",
                columns: new[] { "principal_kind", "principal_id", "asset_kind", "asset_id" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_account_normalized_email",
                table: "account",
                column: "normalized_email",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_account_public_id",
                table: "account",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_agent_owner_id",
                table: "agent",
                column: "owner_id"
            );

            migrationBuilder.CreateIndex(
                name: "IX_agent_public_id",
                table: "agent",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_api_key_access_key",
                table: "api_key",
                column: "access_key",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_api_key_owner_id",
                table: "api_key",
                column: "owner_id"
            );

            migrationBuilder.CreateIndex(
                name: "IX_api_key_public_id",
                table: "api_key",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_field_item_id",
                table: "field",
                column: "item_id",
                filter: "archived_at IS NULL"
            );

            migrationBuilder.CreateIndex(
                name: "IX_field_public_id",
                table: "field",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_field_instance_public_id",
                table: "field_instance",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_item_group_public_id",
                table: "item_group",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_item_group_vault_id",
                table: "item_group",
                column: "vault_id"
            );

            migrationBuilder.CreateIndex(
                name: "IX_kept_answer_created_at",
                table: "kept_answer",
                column: "created_at"
            );

            migrationBuilder.CreateIndex(
                name: "IX_kept_answer_scope",
                table: "kept_answer",
                column: "scope",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_portal_session_account_id",
                table: "portal_session",
                column: "account_id"
            );

            migrationBuilder.CreateIndex(
                name: "IX_portal_session_token_hash",
                table: "portal_session",
                column: "token_hash",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_registered_key_fingerprint",
                table: "registered_key",
                column: "fingerprint",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_registered_key_owner_kind_owner_id",
                table: "registered_key",
                columns: new[] { "owner_kind", "owner_id" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_registered_key_public_id",
                table: "registered_key",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_vault_public_id",
                table: "vault",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_vault_item_public_id",
                table: "vault_item",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_vault_item_vault_id",
                table: "vault_item",
                column: "vault_id",
                filter: "archived_at IS NULL"
            );

            migrationBuilder.CreateIndex(
                name: "IX_wrapped_dek_vault_id_recipient_key_id_dek_version",
                table: "wrapped_dek",
                columns: new[] { "vault_id", "recipient_key_id", "dek_version" },
                unique: true
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "access_grant");

            migrationBuilder.DropTable(name: "account");

            migrationBuilder.DropTable(name: "agent");

            migrationBuilder.DropTable(name: "api_key");

            migrationBuilder.DropTable(name: "audit_entry");

            migrationBuilder.DropTable(name: "audit_head");

            migrationBuilder.DropTable(name: "audit_seal");

            migrationBuilder.DropTable(name: "checkpoint");

            migrationBuilder.DropTable(name: "data_key");

            migrationBuilder.DropTable(name: "data_protection_key");

            migrationBuilder.DropTable(name: "field");

            migrationBuilder.DropTable(name: "field_instance");

            migrationBuilder.DropTable(name: "item_group");

            migrationBuilder.DropTable(name: "kept_answer");

            migrationBuilder.DropTable(name: "portal_session");

            migrationBuilder.DropTable(name: "portal_signing_key");

            migrationBuilder.DropTable(name: "registered_key");

            migrationBuilder.DropTable(name: "setup_token");

            migrationBuilder.DropTable(name: "vault");

            migrationBuilder.DropTable(name: "vault_item");

            migrationBuilder.DropTable(name: "wrapped_dek");
        }
    }
}
