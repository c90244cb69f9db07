//! The two SQLite databases: their pools and their migrations.
