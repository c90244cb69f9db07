//! Imports pipelines and executions of another SageMaker into a state file, from which an emulator serves them.
//!
//! Everything is kept as it was answered there. An emulator starts new executions of imported pipelines whose definition
//! it accepts; imported executions never change.

use super::journal::{StateError, StateErrorKind};
use super::model::{Import, Texts, World};
use super::validation;
use std::path::{Path, PathBuf};

pub use super::model::{ImportedExecution, ImportedPipeline, Members};

/// What a state file holds under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Nothing.
    Absent,
    /// A pipeline that was imported.
    Imported,
    /// A pipeline of the seed, or one that was created in the emulator.
    Other,
}

/// Why something is not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The state file cannot be written.
    #[error(transparent)]
    State(#[from] StateError),
    /// An answer lacks a member.
    #[error("an answer about {subject} has no {member}")]
    Answer {
        /// The pipeline's name.
        subject: String,
        /// The member.
        member: &'static str,
    },
}

/// A state file that is being imported into. Each pipeline and each execution is one line: whenever the process ends, an
/// emulator serves what was imported, and another import goes on.
pub struct Importer {
    path: PathBuf,
    import: Import,
    texts: Texts,
}

impl Importer {
    /// Opens a state file, or creates one, for pipelines of an account and Region.
    ///
    /// # Errors
    /// When the file cannot be used, or is of another account.
    pub fn open(path: &Path, account: &str, region: &str) -> Result<Importer, StateError> {
        let import = Import::open(path, account, region)?;
        let texts = import.world().recorded_texts();
        Ok(Importer {
            path: path.to_owned(),
            import,
            texts,
        })
    }

    /// What the file holds under a pipeline's name.
    pub fn presence(&self, pipeline: &str) -> Presence {
        match self.world().pipelines.named(pipeline) {
            None => Presence::Absent,
            Some(pipeline) if pipeline.is_imported() => Presence::Imported,
            Some(_) => Presence::Other,
        }
    }

    /// Whether the file holds an execution.
    pub fn has_execution(&self, arn: &str) -> bool {
        self.world().find_execution(arn).is_some()
    }

    /// Whether the definition that an execution of this version ran has to be read: it is not that of a version in the
    /// file. Executions from before versions existed have none.
    pub fn needs_definition(&self, pipeline: &str, version: Option<i64>) -> bool {
        let known = self.world().pipelines.named(pipeline);
        known.is_some_and(|pipeline| !pipeline.has_read(version))
    }

    /// Adds a pipeline that is absent, without executions.
    ///
    /// # Errors
    /// When an answer lacks what a pipeline is known by, or the file cannot be written.
    pub fn add_pipeline(&mut self, pipeline: ImportedPipeline) -> Result<(), ImportError> {
        let name = pipeline.description.get("PipelineName");
        let subject = name.map_or_else(|| "a pipeline".to_owned(), ToString::to_string);
        let world = self.import.world_mut();
        let added = world.import_pipeline(pipeline);
        added.map_err(|member| ImportError::Answer { subject, member })?;
        Ok(world.save()?)
    }

    /// Adds an execution that is absent, of an imported pipeline.
    ///
    /// # Errors
    /// When an answer lacks what an execution is known by, or the file cannot be written.
    pub fn add_execution(
        &mut self,
        pipeline: &str,
        execution: ImportedExecution,
    ) -> Result<(), ImportError> {
        let world = self.import.world_mut();
        let Some(key) = world.pipelines.by_name(pipeline) else {
            return Ok(());
        };
        let added = world.import_execution(key, execution, &mut self.texts);
        added.map_err(|member| ImportError::Answer {
            subject: pipeline.to_owned(),
            member,
        })?;
        Ok(world.save()?)
    }

    /// Imported pipelines of which the emulator starts no execution, by name, and why.
    pub fn refused(&self) -> Vec<(String, String)> {
        let imported = self.world().pipelines.iter();
        let imported = imported.filter(|(_, pipeline)| pipeline.is_imported());
        let refused = imported.filter_map(|(_, pipeline)| {
            let newest = pipeline.version(pipeline.newest())?;
            let definition = newest.definition.as_deref().unwrap_or_default();
            let refusal = validation::check(definition).err()?;
            Some((pipeline.name.clone(), refusal.to_string()))
        });
        refused.collect()
    }

    /// How many imported executions had not ended when they were read.
    pub fn running(&self) -> usize {
        self.world().recorded_running()
    }

    /// Waits until everything is on the disk.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn sync(&self) -> Result<(), StateError> {
        let synced = self.world().disk().map_or(Ok(()), |disk| disk.sync());
        synced
            .map_err(|error| StateErrorKind::System("writing it to the disk", error).of(&self.path))
    }

    fn world(&self) -> &World {
        self.import.world()
    }
}
