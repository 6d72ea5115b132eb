using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VaultPortal.Core.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class VaultLists : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_vault_item_vault_id_expires_at",
                table: "vault_item",
                columns: new[] { "vault_id", "expires_at" },
                filter: "expires_at IS NOT NULL"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_vault_item_vault_id_expires_at",
                table: "vault_item"
            );
        }
    }
}
