//! One binary for every test that needs the whole crate or the running program.

mod definition_corpus;
mod emulator_corpus;
mod journeys;
mod support;
mod walls;
