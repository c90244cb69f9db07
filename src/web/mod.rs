//! Turns the catalog and the ledger into pages.
