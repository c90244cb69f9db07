//! Definitions as they were read, and their pictures, by content hash.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::{NODE_HEIGHT, NODE_NAME, NODE_WIDTHS, ReadError};
use crate::graph::{Graph, Layout, Node, Options, layout};
use sluicegate_definition::{Definition, Edge};

/// Bytes of definition text whose readings and pictures are kept.
const KEPT: usize = 16 * 1024 * 1024;

/// Steps that are drawn of one definition; 1 MiB can hold three hundred thousand empty ones.
pub const DRAWN_STEPS: usize = 3_000;
/// Edges that are drawn of one definition. A pipeline of 1,000 steps has some 3,000.
pub const DRAWN_EDGES: usize = 20_000;

/// The edges of a definition that are drawn, each in the place of its route in the layout.
pub fn drawn_edges(definition: &Definition) -> impl Iterator<Item = &Edge> {
    let drawn = |edge: &&Edge| edge.from.max(edge.to) < DRAWN_STEPS;
    definition.edges.iter().filter(drawn).take(DRAWN_EDGES)
}

/// The name of a definition's text: the hex SHA-256 of it.
pub(super) fn content_hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// One definition; read and laid out at most once, when somebody wants it.
#[derive(Default)]
struct Sheet {
    definition: OnceCell<Arc<Definition>>,
    picture: OnceCell<Arc<Layout>>,
}

struct Shelf {
    sheet: Arc<Sheet>,
    bytes: usize,
    used: u64,
}

/// The definitions and pictures used last.
#[derive(Default)]
pub(super) struct Pictures {
    shelves: Mutex<Shelves>,
}

#[derive(Default)]
struct Shelves {
    by_hash: HashMap<String, Shelf>,
    bytes: usize,
    uses: u64,
}

impl Shelves {
    fn find(&mut self, hash: &str) -> Option<Arc<Sheet>> {
        self.uses += 1;
        let shelf = self.by_hash.get_mut(hash)?;
        shelf.used = self.uses;
        Some(shelf.sheet.clone())
    }

    fn put(&mut self, hash: &str, bytes: usize) -> Arc<Sheet> {
        if let Some(sheet) = self.find(hash) {
            return sheet;
        }
        while self.bytes + bytes > KEPT && !self.by_hash.is_empty() {
            let oldest = self.by_hash.iter().min_by_key(|(_, shelf)| shelf.used);
            let Some(oldest) = oldest.map(|(hash, _)| hash.clone()) else {
                break;
            };
            if let Some(gone) = self.by_hash.remove(&oldest) {
                self.bytes -= gone.bytes;
            }
        }
        let shelf = Shelf {
            sheet: Arc::default(),
            bytes,
            used: self.uses,
        };
        let sheet = shelf.sheet.clone();
        self.bytes += bytes;
        self.by_hash.insert(hash.to_owned(), shelf);
        sheet
    }
}

impl Pictures {
    /// The definition of this hash; its text is fetched only where it was not read yet.
    pub(super) async fn definition<F>(
        &self,
        hash: &str,
        text: impl FnOnce() -> F,
    ) -> Result<Arc<Definition>, ReadError>
    where
        F: Future<Output = Result<String, sqlx::Error>>,
    {
        Ok(self.read(hash, text).await?.0)
    }

    /// The definition of this hash and its picture.
    pub(super) async fn picture<F>(
        &self,
        hash: &str,
        text: impl FnOnce() -> F,
    ) -> Result<(Arc<Definition>, Arc<Layout>), ReadError>
    where
        F: Future<Output = Result<String, sqlx::Error>>,
    {
        let (definition, sheet) = self.read(hash, text).await?;
        let make = || {
            let definition = definition.clone();
            aside(move || Arc::new(draw(&definition)))
        };
        let picture = sheet.picture.get_or_try_init(make).await?.clone();
        Ok((definition, picture))
    }

    async fn read<F>(
        &self,
        hash: &str,
        text: impl FnOnce() -> F,
    ) -> Result<(Arc<Definition>, Arc<Sheet>), ReadError>
    where
        F: Future<Output = Result<String, sqlx::Error>>,
    {
        let found = self.shelves().find(hash);
        if let Some(sheet) = found
            && let Some(definition) = sheet.definition.get()
        {
            return Ok((definition.clone(), sheet));
        }
        let text = text().await?;
        let sheet = self.shelves().put(hash, text.len());
        let make = || aside(move || Arc::new(Definition::read(&text)));
        let definition = sheet.definition.get_or_try_init(make).await?.clone();
        Ok((definition, sheet))
    }

    fn shelves(&self) -> std::sync::MutexGuard<'_, Shelves> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs work that takes long away from the threads that serve requests.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ReadError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|broken| ReadError::Database(format!("a definition could not be drawn: {broken}")))
}

/// The box of a step that shows this name.
fn node(name: &str) -> Node {
    let (beside, character) = NODE_NAME;
    let wanted = (beside + name.chars().count() as f32 * character).ceil();
    Node {
        width: wanted.clamp(NODE_WIDTHS.0, NODE_WIDTHS.1),
        height: NODE_HEIGHT,
    }
}

fn draw(definition: &Definition) -> Layout {
    let graph = Graph {
        nodes: definition
            .steps
            .iter()
            .take(DRAWN_STEPS)
            .map(|step| node(step.title()))
            .collect(),
        edges: drawn_edges(definition)
            .map(|edge| (edge.from, edge.to))
            .collect(),
    };
    let options = Options {
        node_gap: 24.0,
        layer_gap: 48.0,
        ..Options::default()
    };
    layout(&graph, &options)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text(bytes: usize) -> Result<String, sqlx::Error> {
        Ok(" ".repeat(bytes))
    }

    #[tokio::test]
    async fn a_definition_is_read_once() {
        let pictures = Pictures::default();
        let one = || async { Ok(r#"{"Steps": [{"Name": "A"}, {"Name": "B"}]}"#.to_owned()) };
        let (first, picture) = pictures.picture("a", one).await.unwrap();
        assert_eq!(picture.nodes.len(), 2);
        let never = || async { Err(sqlx::Error::RowNotFound) };
        let (again, same) = pictures.picture("a", never).await.unwrap();
        assert!(Arc::ptr_eq(&first, &again) && Arc::ptr_eq(&picture, &same));
    }

    #[test]
    fn a_picture_of_too_much_is_bounded() {
        let all = |count: usize| (0..count).map(|i| format!("\"{i}\"")).collect::<Vec<_>>();
        let after = all(200).join(",");
        let step = |i: usize| match i {
            0..200 => format!(r#"{{"Name":"{i}"}}"#),
            200..300 => format!(r#"{{"Name":"{i}","DependsOn":[{after}]}}"#),
            _ => format!(r#"{{"Name":"{i}","DependsOn":["{}"]}}"#, i - 1),
        };
        let steps: Vec<String> = (0..DRAWN_STEPS + 100).map(step).collect();
        let definition = Definition::read(&format!(r#"{{"Steps":[{}]}}"#, steps.join(",")));
        let picture = draw(&definition);
        assert_eq!(picture.nodes.len(), DRAWN_STEPS);
        assert_eq!(picture.edges.len(), drawn_edges(&definition).count());
        assert_eq!(picture.edges.len(), DRAWN_EDGES);
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded_by_bytes_and_the_least_used_goes() {
        let pictures = Pictures::default();
        for hash in ["a", "b"] {
            pictures.definition(hash, || text(KEPT / 3)).await.unwrap();
        }
        pictures.definition("a", || text(0)).await.unwrap();
        pictures.definition("c", || text(KEPT / 2)).await.unwrap();
        let shelves = pictures.shelves();
        assert!(shelves.bytes <= KEPT);
        assert!(shelves.by_hash.contains_key("a") && !shelves.by_hash.contains_key("b"));
    }
}
