//! Positions of the conditions of edges: on their edges, without overlapping.

use std::collections::HashMap;

use crate::graph::Route;

/// Height of a label with the space around it, in pixels.
const LABEL_HEIGHT: f32 = 13.0;
/// Width of a cell of the grid that finds neighbours; no label is wider.
const CELL_WIDTH: f32 = 64.0;
/// Fractions of an edge's path through its first gap, in the order in which they are tried.
const CANDIDATES: [f32; 7] = [0.5, 0.38, 0.62, 0.28, 0.72, 0.18, 0.82];

/// The labels placed so far.
#[derive(Default)]
pub struct Labels {
    cells: HashMap<(i32, i32), Vec<Label>>,
}

#[derive(Clone, Copy)]
struct Label {
    at: (f32, f32),
    width: f32,
}

impl Labels {
    /// The position of the label of `route` (its middle): the first candidate that is free, else the
    /// middle of its path.
    pub fn place(&mut self, route: &Route, text: &str) -> (f32, f32) {
        let width = text.chars().count() as f32 * 7.0 + 8.0;
        let places = CANDIDATES.iter().map(|part| along(route, *part));
        let free = places
            .map(|at| Label { at, width })
            .find(|label| self.is_free(*label));
        let label = free.unwrap_or(Label {
            at: route.label_at(),
            width,
        });
        self.cells.entry(cell(label.at)).or_default().push(label);
        label.at
    }

    fn is_free(&self, label: Label) -> bool {
        let (column, row) = cell(label.at);
        let near = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (column + dx, row + dy)));
        near.filter_map(|place| self.cells.get(&place))
            .flatten()
            .all(|other| {
                (label.at.0 - other.at.0).abs() >= (label.width + other.width) / 2.0
                    || (label.at.1 - other.at.1).abs() >= LABEL_HEIGHT
            })
    }
}

fn cell((x, y): (f32, f32)) -> (i32, i32) {
    (
        (x / CELL_WIDTH).floor() as i32,
        (y / LABEL_HEIGHT).floor() as i32,
    )
}

/// A point on the bend with the route's label, at this fraction of its path.
fn along(route: &Route, part: f32) -> (f32, f32) {
    let (_, y) = route.label_at();
    let bend = route
        .points
        .windows(2)
        .find(|pair| (pair[0].1 - y) * (pair[1].1 - y) <= 0.0);
    let Some(&[(x0, y0), (x1, y1)]) = bend else {
        return route.label_at();
    };
    // The bend leaves and arrives upright, as `Route::path` draws it.
    let rest = 1.0 - part;
    let (first, last) = (
        rest * rest * (1.0 + 2.0 * part),
        part * part * (1.0 + 2.0 * rest),
    );
    let middle = (y0 + y1) / 2.0;
    let pull = 3.0 * part * rest;
    (
        round(x0 * first + x1 * last),
        round(y0 * rest.powi(3) + middle * pull * (rest + part) + y1 * part.powi(3)),
    )
}

fn round(number: f32) -> f32 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(from: (f32, f32), to: (f32, f32)) -> Route {
        Route {
            points: vec![from, to],
            reversed: false,
            label: ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0),
        }
    }

    #[test]
    fn a_single_label_is_in_the_middle() {
        let mut labels = Labels::default();
        let at = labels.place(&route((0.0, 0.0), (40.0, 48.0)), "True");
        assert_eq!(at, (20.0, 24.0));
    }

    #[test]
    fn labels_of_neighbouring_edges_do_not_overlap() {
        let mut labels = Labels::default();
        let one = labels.place(&route((0.0, 0.0), (0.0, 48.0)), "True");
        let two = labels.place(&route((8.0, 0.0), (8.0, 48.0)), "False");
        assert!((one.1 - two.1).abs() >= LABEL_HEIGHT, "{one:?} {two:?}");
    }

    #[test]
    fn a_route_without_points_keeps_its_own_position() {
        let mut labels = Labels::default();
        assert_eq!(labels.place(&Route::default(), "True"), (0.0, 0.0));
    }
}
