//! The texts of definitions, each once.

use sha2::{Digest, Sha256};

use super::base::{Sql, Store};

/// The name of a definition's text: its SHA-256 in hex.
pub(in crate::catalog) fn content_hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

impl Store {
    /// Stores a definition's text under its hash.
    pub(in crate::catalog) async fn put_definition(&self, hash: &str, text: &str) -> Sql<()> {
        sqlx::query("INSERT INTO definitions (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(hash)
            .bind(text)
            .execute(self.writer())
            .await?;
        Ok(())
    }

    /// The definition's text of this hash.
    pub(in crate::catalog) async fn definition(&self, hash: &str) -> Sql<String> {
        sqlx::query_scalar("SELECT text FROM definitions WHERE hash = ?")
            .bind(hash)
            .fetch_one(self.reader())
            .await
    }
}
