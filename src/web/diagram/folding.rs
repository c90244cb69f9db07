//! Which folds of a graph are open, and the addresses that open and close them.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalog::{Drawing, DrawingError, Drawings};
use crate::web::links::with_query;
use crate::web::mount::MOUNT_PARAMS;
use crate::web::query::QueryPairs;
use crate::web::texts::step as texts;
use sluicegate_definition::{Definition, Fold};

/// The parameter of the address that has the name of a fold that is open; it may be repeated.
const OPEN: &str = "open";
/// Its value where all are. A fold's name has a character that is not in this.
const ALL: &str = "all";
/// The most open folds that are listed above the graph.
const MAX_LISTED_OPEN: usize = 8;

/// A graph with some of its folds open, on the page with this address.
pub struct Folding {
    drawings: Arc<Drawings>,
    drawing: Arc<Drawing>,
    /// The folds that are open.
    open: BTreeSet<usize>,
    /// The fold of the step that the address names.
    chosen: Option<usize>,
    path: String,
    /// The other parameters of the address.
    others: Vec<(String, String)>,
}

/// What is folded, above the graph.
pub struct FoldingBar {
    /// How many steps are.
    pub sentence: String,
    /// The page with all of them; none where no fold is closed.
    pub unfold_all: Option<String>,
    /// The page without any; none where no fold is open.
    pub fold_all: Option<String>,
    /// The open folds by name, each with the page where it is closed; none where there are many.
    pub open: Vec<(String, String)>,
    /// The part of the address that has them open.
    pub query: String,
}

impl Folding {
    /// The graph as an address shows it: `open=Train-*` opens a fold, `open=all` each, and `step=Train-7` the one of that
    /// step. A name that the definition does not have opens nothing: addresses outlive definitions.
    ///
    /// # Errors
    ///
    /// As [`Drawings::drawing`].
    pub async fn of(
        drawings: &Arc<Drawings>,
        path: &str,
        query: &QueryPairs,
    ) -> Result<Self, DrawingError> {
        let step = query
            .get("step")
            .and_then(|step| drawings.definition.step(step));
        let chosen = step.and_then(|step| drawings.fold_of(step));
        let named: Vec<&str> = query.all(OPEN).collect();
        let is_open = |fold: &Fold| named.iter().any(|name| *name == fold.name || *name == ALL);
        let folds = drawings.folds.iter().enumerate();
        let open = folds.filter_map(|(index, fold)| is_open(fold).then_some(index));
        let open = open.chain(chosen).collect();
        let others = query.iter().filter(|(name, value)| {
            *name != OPEN && !value.is_empty() && !MOUNT_PARAMS.contains(name)
        });
        Ok(Self {
            others: others
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            path: path.to_owned(),
            ..Self::with(drawings, open, chosen).await?
        })
    }

    /// The graph with every step, without addresses to fold it.
    ///
    /// # Errors
    ///
    /// As [`Drawings::drawing`].
    pub async fn unfolded(drawings: &Arc<Drawings>) -> Result<Self, DrawingError> {
        Self::with(drawings, (0..drawings.folds.len()).collect(), None).await
    }

    async fn with(
        drawings: &Arc<Drawings>,
        open: BTreeSet<usize>,
        chosen: Option<usize>,
    ) -> Result<Self, DrawingError> {
        let folds: Vec<usize> = open.iter().copied().collect();
        Ok(Self {
            drawing: drawings.drawing(&folds).await?,
            drawings: drawings.clone(),
            open,
            chosen,
            path: String::new(),
            others: Vec::new(),
        })
    }

    /// The nodes and edges, and where they are.
    pub fn drawing(&self) -> &Drawing {
        &self.drawing
    }

    /// All folds, open or not.
    pub fn folds(&self) -> &[Fold] {
        &self.drawings.folds
    }

    /// The open fold that a step belongs to.
    pub fn fold_of(&self, step: usize) -> Option<&Fold> {
        let place = self.drawings.fold_of(step)?;
        self.open.contains(&place).then(|| &self.folds()[place])
    }

    /// The page with this fold open too.
    pub fn unfolding(&self, fold: usize) -> String {
        let mut open = self.open.clone();
        open.insert(fold);
        self.address(&open)
    }

    /// The pairs of an address that has the same folds open.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.pairs_of(&self.open)
    }

    /// What is folded, for above the graph.
    pub fn bar(&self, definition: &Definition) -> Option<FoldingBar> {
        let folds = self.folds();
        if folds.is_empty() {
            return None;
        }
        let closed = folds.iter().enumerate();
        let closed = closed.filter(|(index, _)| !self.open.contains(index));
        let folded: Vec<usize> = closed.map(|(_, fold)| fold.members.len()).collect();
        let without = |fold: usize| {
            let mut open = self.open.clone();
            open.remove(&fold);
            self.address(&open)
        };
        let open = self
            .open
            .iter()
            .map(|fold| (folds[*fold].name.clone(), without(*fold)));
        Some(FoldingBar {
            sentence: texts::folded(folded.iter().sum(), definition.steps.len(), folded.len()),
            unfold_all: (!folded.is_empty()).then(|| self.address(&(0..folds.len()).collect())),
            fold_all: (!self.open.is_empty()).then(|| self.address(&BTreeSet::new())),
            open: match self.open.len() {
                0..=MAX_LISTED_OPEN => open.collect(),
                _ => Vec::new(),
            },
            query: with_query("", self.pairs())
                .trim_start_matches('?')
                .to_owned(),
        })
    }

    fn pairs_of(&self, open: &BTreeSet<usize>) -> Vec<(&str, &str)> {
        let folds = self.folds();
        if !open.is_empty() && open.len() == folds.len() {
            return vec![(OPEN, ALL)];
        }
        open.iter()
            .map(|fold| (OPEN, folds[*fold].name.as_str()))
            .collect()
    }

    /// This page with these folds open. A step whose fold is closed is not chosen any more.
    fn address(&self, open: &BTreeSet<usize>) -> String {
        let is_hidden = self.chosen.is_some_and(|fold| !open.contains(&fold));
        let others = self
            .others
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let others = others.filter(|(name, _)| !(is_hidden && ["step", "tab"].contains(name)));
        with_query(&self.path, others.chain(self.pairs_of(open)))
    }
}
