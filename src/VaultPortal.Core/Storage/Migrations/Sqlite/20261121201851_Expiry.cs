using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VaultPortal.Core.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Expiry : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "expires_at",
                table: "trusted_issuer",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "expires_at",
                table: "registered_key",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<bool>(
                name: "is_ending",
                table: "registered_key",
                type: "INTEGER",
                nullable: false,
                defaultValue: false
            );

            migrationBuilder.AddColumn<bool>(
                name: "is_ending",
                table: "api_key",
                type: "INTEGER",
                nullable: false,
                defaultValue: false
            );

            migrationBuilder.CreateTable(
                name: "announced_rotation",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    secret_id = table.Column<long>(type: "INTEGER", nullable: false),
                    webhook_id = table.Column<long>(type: "INTEGER", nullable: false),
                    phase = table.Column<int>(type: "INTEGER", nullable: false),
                    generate_length = table.Column<int>(type: "INTEGER", nullable: false),
                    grace_hours = table.Column<int>(type: "INTEGER", nullable: false),
                    announced_at = table.Column<long>(type: "INTEGER", nullable: false),
                    confirm_by = table.Column<long>(type: "INTEGER", nullable: false),
                    switched_at = table.Column<long>(type: "INTEGER", nullable: true),
                    retire_at = table.Column<long>(type: "INTEGER", nullable: true),
                    done_at = table.Column<long>(type: "INTEGER", nullable: true),
                    announced_by_id = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_announced_rotation", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "calendar_feed",
                columns: table => new
                {
                    account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    token_hash = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_used_at = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_calendar_feed", x => x.account_id);
                }
            );

            migrationBuilder.CreateTable(
                name: "delivery",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    channel = table.Column<int>(type: "INTEGER", nullable: false),
                    webhook_id = table.Column<long>(type: "INTEGER", nullable: false),
                    account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    event_type = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    body = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    next_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_status = table.Column<int>(type: "INTEGER", nullable: true),
                    last_problem = table.Column<string>(
                        type: "TEXT",
                        maxLength: 255,
                        nullable: true
                    ),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    done_at = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_delivery", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "expiry_policy",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    vault_id = table.Column<long>(type: "INTEGER", nullable: false),
                    item_type = table.Column<int>(type: "INTEGER", nullable: false),
                    field_type = table.Column<int>(type: "INTEGER", nullable: false),
                    classification = table.Column<int>(type: "INTEGER", nullable: false),
                    default_lifetime = table.Column<long>(type: "INTEGER", nullable: true),
                    longest_lifetime = table.Column<long>(type: "INTEGER", nullable: true),
                    on_expiry = table.Column<int>(type: "INTEGER", nullable: false),
                    reminder_offsets = table.Column<string>(type: "TEXT", nullable: false),
                    rotate_every = table.Column<long>(type: "INTEGER", nullable: true),
                    reminds_creator = table.Column<bool>(type: "INTEGER", nullable: false),
                    reminds_admins = table.Column<bool>(type: "INTEGER", nullable: false),
                    reminded_people = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_expiry_policy", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "known_lifetime",
                columns: table => new
                {
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    object_id = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    told = table.Column<long>(type: "INTEGER", nullable: true),
                    rotate_told_for = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_known_lifetime", x => new { x.kind, x.object_id });
                }
            );

            migrationBuilder.CreateTable(
                name: "lease",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    holder = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    beat = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_lease", x => x.name);
                }
            );

            migrationBuilder.CreateTable(
                name: "reminder",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    object_id = table.Column<long>(type: "INTEGER", nullable: false),
                    object_name = table.Column<string>(
                        type: "TEXT",
                        maxLength: 255,
                        nullable: false
                    ),
                    title = table.Column<string>(type: "TEXT", maxLength: 510, nullable: false),
                    vault_id = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<int>(type: "INTEGER", nullable: false),
                    moment = table.Column<long>(type: "INTEGER", nullable: false),
                    offset_seconds = table.Column<long>(type: "INTEGER", nullable: false),
                    made_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_reminder", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "reminder_copy",
                columns: table => new
                {
                    reminder_id = table.Column<long>(type: "INTEGER", nullable: false),
                    account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    acknowledged_at = table.Column<long>(type: "INTEGER", nullable: true),
                    snoozed_until = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_reminder_copy", x => new { x.account_id, x.reminder_id });
                }
            );

            migrationBuilder.CreateTable(
                name: "reminder_mute",
                columns: table => new
                {
                    account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    object_id = table.Column<long>(type: "INTEGER", nullable: false),
                    muted_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_reminder_mute",
                        x => new
                        {
                            x.account_id,
                            x.kind,
                            x.object_id,
                        }
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "saved_filter",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    query = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_saved_filter", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "webhook",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    url = table.Column<string>(type: "TEXT", maxLength: 2048, nullable: false),
                    sealed_secret = table.Column<byte[]>(type: "BLOB", nullable: false),
                    events = table.Column<string>(type: "TEXT", nullable: false),
                    allows_private_address = table.Column<bool>(type: "INTEGER", nullable: false),
                    disabled_at = table.Column<long>(type: "INTEGER", nullable: true),
                    created_by_id = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook", x => x.id);
                }
            );

            migrationBuilder.CreateIndex(
                name: "ix_secret_lifetime",
                table: "secret",
                columns: new[] { "expires_at", "store", "is_active", "deleted_at" },
                filter: "expires_at IS NOT NULL"
            );

            migrationBuilder.CreateIndex(
                name: "ix_field_lifetime",
                table: "field",
                columns: new[] { "item_id", "expires_at" },
                filter: "expires_at IS NOT NULL AND archived_at IS NULL"
            );

            migrationBuilder.CreateIndex(
                name: "IX_announced_rotation_public_id",
                table: "announced_rotation",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ix_announced_rotation_open",
                table: "announced_rotation",
                column: "secret_id",
                unique: true,
                filter: "done_at IS NULL"
            );

            migrationBuilder.CreateIndex(
                name: "IX_calendar_feed_token_hash",
                table: "calendar_feed",
                column: "token_hash",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_delivery_done_at",
                table: "delivery",
                column: "done_at",
                filter: "done_at IS NOT NULL"
            );

            migrationBuilder.CreateIndex(
                name: "IX_delivery_next_at",
                table: "delivery",
                column: "next_at",
                filter: "next_at IS NOT NULL"
            );

            migrationBuilder.CreateIndex(
                name: "IX_delivery_public_id",
                table: "delivery",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_delivery_webhook_id",
                table: "delivery",
                column: "webhook_id",
                filter: "webhook_id <> 0"
            );

            migrationBuilder.CreateIndex(
                name: "IX_expiry_policy_public_id",
                table: "expiry_policy",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_expiry_policy_vault_id_field_type_item_type_classification_kind",
                table: "expiry_policy",
                columns: new[] { "vault_id", "field_type", "item_type", "classification", "kind" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_reminder_kind_object_id_reason_moment_offset_seconds",
                table: "reminder",
                columns: new[] { "kind", "object_id", "reason", "moment", "offset_seconds" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_reminder_made_at",
                table: "reminder",
                column: "made_at"
            );

            migrationBuilder.CreateIndex(
                name: "IX_reminder_public_id",
                table: "reminder",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ix_reminder_copy_open",
                table: "reminder_copy",
                column: "account_id",
                filter: "acknowledged_at IS NULL"
            );

            migrationBuilder.CreateIndex(
                name: "IX_saved_filter_account_id_name",
                table: "saved_filter",
                columns: new[] { "account_id", "name" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_saved_filter_public_id",
                table: "saved_filter",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_webhook_public_id",
                table: "webhook",
                column: "public_id",
                unique: true
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "announced_rotation");

            migrationBuilder.DropTable(name: "calendar_feed");

            migrationBuilder.DropTable(name: "delivery");

            migrationBuilder.DropTable(name: "expiry_policy");

            migrationBuilder.DropTable(name: "known_lifetime");

            migrationBuilder.DropTable(name: "lease");

            migrationBuilder.DropTable(name: "reminder");

            migrationBuilder.DropTable(name: "reminder_copy");

            migrationBuilder.DropTable(name: "reminder_mute");

            migrationBuilder.DropTable(name: "saved_filter");

            migrationBuilder.DropTable(name: "webhook");

            migrationBuilder.DropIndex(name: "ix_secret_lifetime", table: "secret");

            migrationBuilder.DropIndex(name: "ix_field_lifetime", table: "field");

            migrationBuilder.DropColumn(name: "expires_at", table: "trusted_issuer");

            migrationBuilder.DropColumn(name: "expires_at", table: "registered_key");

            migrationBuilder.DropColumn(name: "is_ending", table: "registered_key");

            migrationBuilder.DropColumn(name: "is_ending", table: "api_key");
        }
    }
}
