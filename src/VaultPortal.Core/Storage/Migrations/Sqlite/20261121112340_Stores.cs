using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VaultPortal.Core.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Stores : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "kind",
                table: "portal_session",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1
            );

            migrationBuilder.AddColumn<int>(
                name: "step_up_failures",
                table: "portal_session",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0
            );

            migrationBuilder.AddColumn<bool>(
                name: "shown_once",
                table: "kept_answer",
                type: "INTEGER",
                nullable: false,
                defaultValue: false
            );

            migrationBuilder.AddColumn<int>(
                name: "purpose",
                table: "data_key",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1
            );

            migrationBuilder.AddColumn<int>(
                name: "format",
                table: "api_key",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1
            );

            migrationBuilder.AddColumn<long>(
                name: "successor_id",
                table: "api_key",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.CreateTable(
                name: "long_job",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    cursor = table.Column<long>(type: "INTEGER", nullable: false),
                    done = table.Column<long>(type: "INTEGER", nullable: false),
                    total = table.Column<long>(type: "INTEGER", nullable: false),
                    detail = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    finished_at = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_long_job", x => x.name);
                }
            );

            migrationBuilder.CreateTable(
                name: "secret",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: false),
                    store = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    is_active = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_reserved = table.Column<bool>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    version_id = table.Column<long>(type: "INTEGER", nullable: false),
                    value_id = table.Column<long>(type: "INTEGER", nullable: false),
                    previous_value_id = table.Column<long>(type: "INTEGER", nullable: false),
                    previous_until = table.Column<long>(type: "INTEGER", nullable: true),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    deleted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_used_at = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_secret", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "secret_version",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    secret_id = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    previous = table.Column<long>(type: "INTEGER", nullable: false),
                    change = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: true),
                    value_id = table.Column<long>(type: "INTEGER", nullable: false),
                    is_active = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_reserved = table.Column<bool>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    deleted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(
                        type: "TEXT",
                        maxLength: 320,
                        nullable: false
                    ),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_secret_version", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "trusted_issuer",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    issuer = table.Column<string>(type: "TEXT", maxLength: 2048, nullable: false),
                    audience = table.Column<string>(type: "TEXT", maxLength: 2048, nullable: false),
                    jwks_uri = table.Column<string>(type: "TEXT", maxLength: 2048, nullable: true),
                    jwks_document = table.Column<string>(type: "TEXT", nullable: true),
                    allows_private_address = table.Column<bool>(type: "INTEGER", nullable: false),
                    mappings = table.Column<string>(type: "TEXT", nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    disabled_at = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trusted_issuer", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "workflow_key",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    secret_id = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    valid_until = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_workflow_key", x => x.id);
                }
            );

            migrationBuilder.CreateIndex(
                name: "ix_kept_answer_shown_once",
                table: "kept_answer",
                column: "created_at",
                filter: "shown_once = 1 AND answer IS NOT NULL"
            );

            migrationBuilder.CreateIndex(
                name: "IX_secret_deleted_at",
                table: "secret",
                column: "deleted_at",
                filter: "deleted_at IS NOT NULL"
            );

            migrationBuilder.CreateIndex(
                name: "IX_secret_public_id",
                table: "secret",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ix_secret_environment_key",
                table: "secret",
                column: "name",
                unique: true,
                filter: "store = 1"
            );

            migrationBuilder.CreateIndex(
                name: "ix_secret_workflow_name",
                table: "secret",
                column: "name",
                filter: "store = 2"
            );

            migrationBuilder.CreateIndex(
                name: "IX_trusted_issuer_issuer",
                table: "trusted_issuer",
                column: "issuer",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_trusted_issuer_public_id",
                table: "trusted_issuer",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_workflow_key_hash",
                table: "workflow_key",
                column: "hash",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_workflow_key_secret_id",
                table: "workflow_key",
                column: "secret_id"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "long_job");

            migrationBuilder.DropTable(name: "secret");

            migrationBuilder.DropTable(name: "secret_version");

            migrationBuilder.DropTable(name: "trusted_issuer");

            migrationBuilder.DropTable(name: "workflow_key");

            migrationBuilder.DropIndex(name: "ix_kept_answer_shown_once", table: "kept_answer");

            migrationBuilder.DropColumn(name: "kind", table: "portal_session");

            migrationBuilder.DropColumn(name: "step_up_failures", table: "portal_session");

            migrationBuilder.DropColumn(name: "shown_once", table: "kept_answer");

            migrationBuilder.DropColumn(name: "purpose", table: "data_key");

            migrationBuilder.DropColumn(name: "format", table: "api_key");

            migrationBuilder.DropColumn(name: "successor_id", table: "api_key");
        }
    }
}
