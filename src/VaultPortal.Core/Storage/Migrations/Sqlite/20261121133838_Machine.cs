using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VaultPortal.Core.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Machine : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(name: "IX_field_item_id", table: "field");

            migrationBuilder.AddColumn<long>(
                name: "changed",
                table: "vault_item",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L
            );

            migrationBuilder.AddColumn<long>(
                name: "permission_checkpoint",
                table: "vault_item",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L
            );

            migrationBuilder.AddColumn<long>(
                name: "permission_version",
                table: "vault_item",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L
            );

            migrationBuilder.AddColumn<long>(
                name: "changed",
                table: "vault",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L
            );

            migrationBuilder.AddColumn<long>(
                name: "opened",
                table: "vault",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L
            );

            migrationBuilder.AddColumn<byte[]>(
                name: "hash",
                table: "checkpoint",
                type: "BLOB",
                maxLength: 32,
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "ended",
                table: "access_grant",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "opened",
                table: "access_grant",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L
            );

            migrationBuilder.CreateTable(
                name: "asset",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<byte[]>(type: "BLOB", maxLength: 12, nullable: false),
                    vault_id = table.Column<long>(type: "INTEGER", nullable: false),
                    dek_version = table.Column<int>(type: "INTEGER", nullable: false),
                    size = table.Column<long>(type: "INTEGER", nullable: false),
                    reference_count = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by_kind = table.Column<int>(type: "INTEGER", nullable: false),
                    created_by_id = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    completed_at = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_asset", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "asset_chunk",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    asset_id = table.Column<long>(type: "INTEGER", nullable: false),
                    position = table.Column<int>(type: "INTEGER", nullable: false),
                    bytes = table.Column<byte[]>(type: "BLOB", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_asset_chunk", x => x.id);
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_vault_item_vault_id_changed",
                table: "vault_item",
                columns: new[] { "vault_id", "changed" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_vault_changed",
                table: "vault",
                column: "changed"
            );

            migrationBuilder.CreateIndex(
                name: "IX_field_item_id",
                table: "field",
                column: "item_id"
            );

            migrationBuilder.CreateIndex(
                name: "IX_asset_created_at",
                table: "asset",
                column: "created_at",
                filter: "reference_count = 0"
            );

            migrationBuilder.CreateIndex(
                name: "IX_asset_public_id",
                table: "asset",
                column: "public_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_asset_vault_id",
                table: "asset",
                column: "vault_id"
            );

            migrationBuilder.CreateIndex(
                name: "IX_asset_chunk_asset_id_position",
                table: "asset_chunk",
                columns: new[] { "asset_id", "position" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_wrapped_dek_recipient_key_id",
                table: "wrapped_dek",
                column: "recipient_key_id"
            );

            migrationBuilder.CreateIndex(
                name: "IX_field_instance_asset_id",
                table: "field_instance",
                column: "asset_id",
                filter: "asset_id IS NOT NULL"
            );

            // Whatever stands counts as changed by the first commit, so that a reader without a cursor is given it.
            migrationBuilder.Sql("UPDATE vault SET changed = 1, opened = 1");
            migrationBuilder.Sql("UPDATE vault_item SET changed = 1");
            migrationBuilder.Sql("UPDATE access_grant SET opened = 1");

            // Names, labels and websites of active items, one row for each item under the item's row id; see ItemSearchCommands.
            migrationBuilder.Sql(
                "CREATE VIRTUAL TABLE item_search USING fts5(text, tokenize = 'trigram')"
            );
            migrationBuilder.Sql(
                """
                INSERT INTO item_search (rowid, text)
                SELECT i.id, i.name || char(10)
                    || coalesce((SELECT group_concat(w.value, char(10)) FROM json_each(i.websites) w), '') || char(10)
                    || coalesce((SELECT group_concat(f.name, char(10)) FROM field f WHERE f.item_id = i.id AND f.archived_at IS NULL), '')
                FROM vault_item i WHERE i.archived_at IS NULL
                """
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_wrapped_dek_recipient_key_id",
                table: "wrapped_dek"
            );

            migrationBuilder.DropIndex(name: "IX_field_instance_asset_id", table: "field_instance");

            migrationBuilder.Sql("DROP TABLE item_search");

            migrationBuilder.DropTable(name: "asset");

            migrationBuilder.DropTable(name: "asset_chunk");

            migrationBuilder.DropIndex(name: "IX_vault_item_vault_id_changed", table: "vault_item");

            migrationBuilder.DropIndex(name: "IX_vault_changed", table: "vault");

            migrationBuilder.DropIndex(name: "IX_field_item_id", table: "field");

            migrationBuilder.DropColumn(name: "changed", table: "vault_item");

            migrationBuilder.DropColumn(name: "permission_checkpoint", table: "vault_item");

            migrationBuilder.DropColumn(name: "permission_version", table: "vault_item");

            migrationBuilder.DropColumn(name: "changed", table: "vault");

            migrationBuilder.DropColumn(name: "opened", table: "vault");

            migrationBuilder.DropColumn(name: "hash", table: "checkpoint");

            migrationBuilder.DropColumn(name: "ended", table: "access_grant");

            migrationBuilder.DropColumn(name: "opened", table: "access_grant");

            migrationBuilder.CreateIndex(
                name: "IX_field_item_id",
                table: "field",
                column: "item_id",
                filter: "archived_at IS NULL"
            );
        }
    }
}
