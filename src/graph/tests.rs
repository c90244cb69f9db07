use super::*;
use proptest::prelude::*;

#[path = "../../benches/shapes/mod.rs"]
mod shapes;

mod properties;

fn boxes(count: usize, edges: &[(usize, usize)]) -> Graph {
    let node = Node {
        width: 180.0,
        height: 44.0,
    };
    Graph {
        nodes: vec![node; count],
        edges: edges.to_vec(),
        branches: Vec::new(),
    }
}

fn draw(count: usize, edges: &[(usize, usize)]) -> Layout {
    let graph = boxes(count, edges);
    let drawing = layout(&graph, &Options::default());
    properties::check(&graph, &drawing);
    drawing
}

fn middle(rect: &Rect) -> f32 {
    rect.x + rect.width / 2.0
}

#[test]
fn an_empty_graph_gives_an_empty_drawing() {
    let drawing = draw(0, &[]);
    assert!(drawing.nodes.is_empty() && drawing.edges.is_empty());
}

#[test]
fn a_chain_is_one_vertical_line() {
    let drawing = draw(4, &[(0, 1), (1, 2), (2, 3)]);
    let column = middle(&drawing.nodes[0]);
    assert!(drawing.nodes.iter().all(|node| middle(node) == column));
    for edge in &drawing.edges {
        assert_eq!(edge.points.len(), 2);
        assert!(edge.points.iter().all(|point| point.0 == column));
        assert!(!edge.path().contains('C'), "{}", edge.path());
    }
}

#[test]
fn two_branches_are_symmetric_and_in_order() {
    let drawing = draw(4, &[(0, 1), (1, 2), (1, 3)]);
    let [above, left, right] = [1, 2, 3].map(|node| middle(&drawing.nodes[node]));
    assert!(left < right);
    assert_eq!(above - left, right - above);
    assert_ne!(drawing.edges[1].points[0], drawing.edges[2].points[0]);
}

#[test]
fn a_skipped_step_leaves_the_chain_straight() {
    let drawing = draw(4, &[(0, 1), (1, 2), (2, 3), (0, 2)]);
    let column = middle(&drawing.nodes[0]);
    assert!(drawing.nodes.iter().all(|node| middle(node) == column));
}

#[test]
fn a_long_edge_is_straight_between_its_ends() {
    let drawing = draw(6, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 5)]);
    let points = &drawing.edges[5].points;
    assert_eq!(points.len(), 4, "{points:?}");
    assert_eq!(points[1].0, points[2].0);
}

#[test]
fn a_planar_graph_is_drawn_without_crossings() {
    let edges = [
        (0, 3),
        (1, 4),
        (2, 5),
        (5, 6),
        (4, 6),
        (3, 6),
        (7, 0),
        (7, 2),
        (7, 1),
    ];
    assert_eq!(crossings(&draw(8, &edges)), 0);
}

#[test]
fn crossings_of_the_complete_bipartite_graph_are_counted() {
    let edges: Vec<(usize, usize)> = (0..3).flat_map(|a| (3..6).map(move |b| (a, b))).collect();
    assert_eq!(crossings(&draw(6, &edges)), 9);
}

#[test]
fn an_edge_that_closes_a_cycle_runs_upward() {
    let drawing = draw(3, &[(0, 1), (1, 2), (2, 0)]);
    let reversed: Vec<bool> = drawing.edges.iter().map(|edge| edge.reversed).collect();
    assert_eq!(reversed, [false, false, true]);
    assert_eq!(drawing.layers, [0, 1, 2]);
    let label = drawing.edges[2].label;
    assert!(label.1 < drawing.nodes[2].y && label.1 > drawing.nodes[1].y);
}

#[test]
fn self_loops_and_unknown_nodes_have_an_empty_route() {
    let drawing = draw(2, &[(0, 0), (0, 1), (1, 7)]);
    let drawn: Vec<bool> = drawing
        .edges
        .iter()
        .map(|edge| !edge.points.is_empty())
        .collect();
    assert_eq!(drawn, [false, true, false]);
    assert_eq!(drawing.edges[0].path(), "");
}

#[test]
fn repeated_edges_run_side_by_side() {
    let drawing = draw(2, &[(0, 1), (0, 1), (1, 0)]);
    let mut starts: Vec<f32> = drawing.edges.iter().map(|edge| edge.points[0].0).collect();
    starts.sort_by(f32::total_cmp);
    starts.dedup();
    assert_eq!(starts.len(), 3);
    assert_eq!(crossings(&drawing), 0);
}

#[test]
fn many_isolated_steps_make_a_block() {
    let drawing = draw(200, &[]);
    assert!(drawing.width < 4000.0, "{}", drawing.width);
    assert!(drawing.width > drawing.height && drawing.width < drawing.height * 3.0);
}

#[test]
fn a_fan_of_hundreds_is_wrapped() {
    let edges: Vec<(usize, usize)> = (1..=300).flat_map(|n| [(0, n), (n, 301)]).collect();
    let drawing = draw(302, &edges);
    assert!(drawing.width < 12_000.0, "{}", drawing.width);
    assert_eq!(crossings(&drawing), 0);
}

#[test]
fn edges_that_reach_a_step_do_so_at_one_point() {
    let drawing = draw(5, &[(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4), (0, 4)]);
    let ends: Vec<_> = drawing.edges[3..].iter().map(|e| e.points.last()).collect();
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
}

#[test]
fn a_branch_leaves_its_step_at_one_point_with_room_for_its_label() {
    let mut graph = boxes(5, &[(0, 1), (0, 2), (0, 3), (0, 4)]);
    graph.branches = vec![1, 2, 1, 2];
    let drawing = layout(&graph, &Options::default());
    properties::check(&graph, &drawing);
    let starts: Vec<f32> = drawing.edges.iter().map(|edge| edge.points[0].0).collect();
    assert_eq!((starts[0], starts[1]), (starts[2], starts[3]));
    assert!(
        (starts[0] - starts[1]).abs() >= LABEL_SIZE_PX.0,
        "{starts:?}"
    );
    let below = drawing.nodes[0].y + drawing.nodes[0].height;
    for edge in &drawing.edges {
        assert_eq!(edge.label, (edge.points[0].0, below + 8.0));
    }
}

#[test]
fn a_path_is_svg_with_numbers_to_a_tenth() {
    let route = Route {
        points: vec![(1.26, 0.0), (1.26, 10.0), (30.0, 30.04), (30.0, 40.0)],
        ..Route::default()
    };
    assert_eq!(route.path(), "M1.3 0V10C1.3 20 30 20 30 30V40");
}

#[test]
fn invalid_sizes_are_tolerated() {
    let sizes = [f32::NAN, f32::INFINITY, -5.0, 0.0, f32::MAX];
    let nodes = sizes
        .map(|side| Node {
            width: side,
            height: side,
        })
        .to_vec();
    let graph = Graph {
        nodes,
        edges: vec![(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)],
        branches: Vec::new(),
    };
    let options = Options {
        node_gap: f32::NAN,
        layer_gap: f32::INFINITY,
        margin: -1.0,
    };
    let drawing = layout(&graph, &options);
    let finite = |rect: &Rect| {
        [rect.x, rect.y, rect.width, rect.height]
            .iter()
            .all(|n| n.is_finite())
    };
    assert!(drawing.nodes.iter().all(finite));
    assert!(drawing.width.is_finite() && drawing.height.is_finite());
}

#[test]
fn a_pipeline_of_three_hundred_steps_is_nearly_without_crossings() {
    for seed in 1..=2 {
        let graph = shapes::pipeline(300, seed);
        let drawing = layout(&graph, &Options::default());
        properties::check(&graph, &drawing);
        assert!(crossings(&drawing) <= 3, "{}", crossings(&drawing));
    }
}

#[test]
fn a_random_graph_of_a_hundred_is_drawn_properly() {
    let graph = shapes::random(100, 1);
    properties::check(&graph, &layout(&graph, &Options::default()));
}

/// A deep graph whose long edges would need millions of bends: they run beside the drawing.
#[test]
fn the_work_for_a_hostile_graph_is_bounded() {
    let mut dice = shapes::Dice::new(1);
    let count = 1500;
    let mut edges: Vec<(usize, usize)> = (1..count).map(|node| (node - 1, node)).collect();
    edges.extend((0..8_000).map(|_| (dice.below(count), dice.below(count))));
    let graph = boxes(count, &edges);
    let drawing = layout(&graph, &Options::default());
    properties::check_boxes(&graph, &drawing);
    let points: usize = drawing.edges.iter().map(|edge| edge.points.len()).sum();
    assert!(points < 300_000, "{points}");
}
