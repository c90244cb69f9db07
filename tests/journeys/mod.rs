//! What people do with the console, over HTTP, as a browser without scripts and as htmx do it.

mod acting;
mod activity;
mod all_executions;
mod attacks;
mod bad_requests;
mod coherent;
mod commands;
mod crash;
mod crawl;
mod creating;
mod databases;
mod days;
mod earlier_arns;
mod emulator_state;
mod finding;
mod folding;
mod following;
mod graphs;
mod hostile;
#[cfg(feature = "emulator")]
mod importing;
mod interrupted;
mod large;
mod naming;
mod outage;
mod permissions;
mod refusals;
mod refused_forms;
mod responses;
mod snapshots;
mod steps;
mod tickets;
mod unopened;
mod write_role;
