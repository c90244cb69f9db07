//! Definitions as they were read, and their layouts, by content hash.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::OnceCell;

use super::views::ReadError;
use crate::domain::Named;
use crate::graph::{Graph, Layout, Node, Options, layout};
use sluicegate_definition::{Definition, Edge};

/// The most bytes of definition text whose definitions and layouts are cached.
const MAX_CACHED_BYTES: usize = 16 * 1024 * 1024;

/// The most steps that are drawn of one definition; 1 MiB can hold three hundred thousand empty ones.
pub const MAX_DRAWN_STEPS: usize = 3_000;
/// The most edges that are drawn of one definition. A pipeline of 1,000 steps has some 3,000.
const MAX_DRAWN_EDGES: usize = 20_000;

/// The least and the greatest width of a step's box, in pixels: as wide as its name needs.
const NODE_WIDTH_BOUNDS_PX: (f32, f32) = (220.0, 320.0);
/// The width of what a step's box holds beside its name, in pixels.
pub const NODE_EXTRA_WIDTH_PX: f32 = 68.0;
/// The width of a character of the name in the widest of the fonts in use, in pixels.
pub const NODE_CHARACTER_WIDTH_PX: f32 = 8.4;
/// The height of a step's box, in pixels.
const NODE_HEIGHT_PX: f32 = 52.0;
/// The least distance of two boxes of a layer, and of two layers, in pixels.
const NODE_GAP_PX: f32 = 24.0;
const LAYER_GAP_PX: f32 = 48.0;

/// The edges of a definition that are drawn, each in the place of its route in the layout.
pub fn drawn_edges(definition: &Definition) -> impl Iterator<Item = &Edge> {
    let is_drawn = |edge: &&Edge| edge.from.max(edge.to) < MAX_DRAWN_STEPS;
    definition
        .edges
        .iter()
        .filter(is_drawn)
        .take(MAX_DRAWN_EDGES)
}

/// One definition; read and laid out at most once, when somebody wants it.
#[derive(Default)]
struct Diagram {
    definition: OnceCell<Arc<Definition>>,
    layout: OnceCell<Arc<Layout>>,
}

struct Entry {
    diagram: Arc<Diagram>,
    bytes: usize,
    last_use: u64,
}

/// The definitions and layouts used last.
#[derive(Default)]
pub(super) struct Diagrams {
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    by_hash: HashMap<String, Entry>,
    bytes: usize,
    uses: u64,
}

impl Entries {
    fn find(&mut self, hash: &str) -> Option<Arc<Diagram>> {
        self.uses += 1;
        let entry = self.by_hash.get_mut(hash)?;
        entry.last_use = self.uses;
        Some(entry.diagram.clone())
    }

    fn put(&mut self, hash: &str, bytes: usize) -> Arc<Diagram> {
        if let Some(diagram) = self.find(hash) {
            return diagram;
        }
        while self.bytes + bytes > MAX_CACHED_BYTES && !self.by_hash.is_empty() {
            let oldest = self.by_hash.iter().min_by_key(|(_, entry)| entry.last_use);
            let Some(oldest) = oldest.map(|(hash, _)| hash.clone()) else {
                break;
            };
            if let Some(removed) = self.by_hash.remove(&oldest) {
                self.bytes -= removed.bytes;
            }
        }
        let entry = Entry {
            diagram: Arc::default(),
            bytes,
            last_use: self.uses,
        };
        let diagram = entry.diagram.clone();
        self.bytes += bytes;
        self.by_hash.insert(hash.to_owned(), entry);
        diagram
    }
}

impl Diagrams {
    /// The definition of this hash; its text is fetched only where it was not read yet.
    pub(super) async fn definition<F>(
        &self,
        hash: &str,
        text: impl FnOnce() -> F,
    ) -> Result<Arc<Definition>, ReadError>
    where
        F: Future<Output = Result<String, ReadError>>,
    {
        Ok(self.read(hash, text).await?.0)
    }

    /// The definition of this hash and its layout.
    pub(super) async fn layout<F>(
        &self,
        hash: &str,
        text: impl FnOnce() -> F,
    ) -> Result<(Arc<Definition>, Arc<Layout>), ReadError>
    where
        F: Future<Output = Result<String, ReadError>>,
    {
        let (definition, diagram) = self.read(hash, text).await?;
        let make = || {
            let definition = definition.clone();
            aside(move || Arc::new(lay_out(&definition)))
        };
        let layout = diagram.layout.get_or_try_init(make).await?.clone();
        Ok((definition, layout))
    }

    async fn read<F>(
        &self,
        hash: &str,
        text: impl FnOnce() -> F,
    ) -> Result<(Arc<Definition>, Arc<Diagram>), ReadError>
    where
        F: Future<Output = Result<String, ReadError>>,
    {
        let found = self.entries().find(hash);
        if let Some(diagram) = found
            && let Some(definition) = diagram.definition.get()
        {
            return Ok((definition.clone(), diagram));
        }
        let text = text().await?;
        let diagram = self.entries().put(hash, text.len());
        let make = || aside(move || Arc::new(Definition::read(&text)));
        let definition = diagram.definition.get_or_try_init(make).await?.clone();
        Ok((definition, diagram))
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock()
    }
}

/// Runs work that takes long away from the threads that serve requests.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ReadError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| ReadError::Database(format!("Cannot draw a definition: {error}")))
}

/// The box of a step that shows this name.
fn node(name: &str) -> Node {
    let characters = name.chars().count() as f32;
    let wanted = (NODE_EXTRA_WIDTH_PX + characters * NODE_CHARACTER_WIDTH_PX).ceil();
    let (least, greatest) = NODE_WIDTH_BOUNDS_PX;
    Node {
        width: wanted.clamp(least, greatest),
        height: NODE_HEIGHT_PX,
    }
}

fn lay_out(definition: &Definition) -> Layout {
    let graph = Graph {
        nodes: definition
            .steps
            .iter()
            .take(MAX_DRAWN_STEPS)
            .map(|step| node(Named::from(step).title()))
            .collect(),
        edges: drawn_edges(definition)
            .map(|edge| (edge.from, edge.to))
            .collect(),
        branches: drawn_edges(definition)
            .map(|edge| edge.when.map_or(0, |when| 1 + when as u32))
            .collect(),
    };
    let options = Options {
        node_gap: NODE_GAP_PX,
        layer_gap: LAYER_GAP_PX,
        ..Options::default()
    };
    layout(&graph, &options)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text(bytes: usize) -> Result<String, ReadError> {
        Ok(" ".repeat(bytes))
    }

    #[tokio::test]
    async fn a_definition_is_read_once() {
        let diagrams = Diagrams::default();
        let one = || async { Ok(r#"{"Steps": [{"Name": "A"}, {"Name": "B"}]}"#.to_owned()) };
        let (first, layout) = diagrams.layout("a", one).await.unwrap();
        assert_eq!(layout.nodes.len(), 2);
        let never = || async { Err(ReadError::Execution) };
        let (again, same) = diagrams.layout("a", never).await.unwrap();
        assert!(Arc::ptr_eq(&first, &again) && Arc::ptr_eq(&layout, &same));
    }

    #[test]
    fn a_diagram_of_a_huge_definition_is_bounded() {
        let all = |count: usize| (0..count).map(|i| format!("\"{i}\"")).collect::<Vec<_>>();
        let after = all(200).join(",");
        let step = |i: usize| match i {
            0..200 => format!(r#"{{"Name":"{i}"}}"#),
            200..300 => format!(r#"{{"Name":"{i}","DependsOn":[{after}]}}"#),
            _ => format!(r#"{{"Name":"{i}","DependsOn":["{}"]}}"#, i - 1),
        };
        let steps: Vec<String> = (0..MAX_DRAWN_STEPS + 100).map(step).collect();
        let definition = Definition::read(&format!(r#"{{"Steps":[{}]}}"#, steps.join(",")));
        let layout = lay_out(&definition);
        assert_eq!(layout.nodes.len(), MAX_DRAWN_STEPS);
        assert_eq!(layout.edges.len(), drawn_edges(&definition).count());
        assert_eq!(layout.edges.len(), MAX_DRAWN_EDGES);
    }

    #[tokio::test]
    async fn what_is_cached_is_bounded_by_bytes_and_the_least_used_goes() {
        let diagrams = Diagrams::default();
        for hash in ["a", "b"] {
            diagrams
                .definition(hash, || text(MAX_CACHED_BYTES / 3))
                .await
                .unwrap();
        }
        diagrams.definition("a", || text(0)).await.unwrap();
        diagrams
            .definition("c", || text(MAX_CACHED_BYTES / 2))
            .await
            .unwrap();
        let entries = diagrams.entries();
        assert!(entries.bytes <= MAX_CACHED_BYTES);
        assert!(entries.by_hash.contains_key("a") && !entries.by_hash.contains_key("b"));
    }
}
