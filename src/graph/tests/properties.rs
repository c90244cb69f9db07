//! What holds of every drawing.

use super::*;

/// Checks all that is promised of a layout with the default options.
pub fn check(graph: &Graph, drawing: &Layout) {
    check_boxes(graph, drawing);
    check_labels(graph, drawing);
    for (edge, route) in drawing.edges.iter().enumerate() {
        check_ends(graph, drawing, edge);
        let curve = sample(route);
        let ends = graph.edges[edge];
        for (node, rect) in drawing.nodes.iter().enumerate() {
            if node != ends.0 && node != ends.1 {
                let touched = curve
                    .windows(2)
                    .find(|pair| touches(pair[0], pair[1], rect));
                assert!(
                    touched.is_none(),
                    "edge {edge} {route:?} touches {node} {rect:?}"
                );
            }
        }
    }
}

/// A label is on no box, and on no edge but those of its branch. Of steps too narrow for their labels, or with more
/// branches than have room, this is not promised.
fn check_labels(graph: &Graph, drawing: &Layout) {
    let curves: Vec<Vec<(f32, f32)>> = drawing.edges.iter().map(sample).collect();
    let branch = |edge: usize| (graph.edges[edge].0, graph.branch(edge));
    for (edge, route) in drawing.edges.iter().enumerate() {
        let (source, own) = branch(edge);
        if own == 0 || route.points.is_empty() || graph.nodes[source].width < MIN_LABELLED_WIDTH {
            continue;
        }
        let (width, height) = LABEL_SIZE_PX;
        let label = Rect {
            x: route.label.0 - width / 2.0,
            y: route.label.1 - height / 2.0,
            width,
            height,
        };
        for (node, rect) in drawing.nodes.iter().enumerate() {
            let apart = label.x >= rect.x + rect.width
                || rect.x >= label.x + label.width
                || label.y >= rect.y + rect.height
                || rect.y >= label.y + label.height;
            assert!(
                apart,
                "the label of edge {edge} {label:?} is on {node} {rect:?}"
            );
        }
        let others = curves.iter().enumerate();
        for (other, curve) in others.filter(|(other, _)| branch(*other) != branch(edge)) {
            let crossed = curve
                .windows(2)
                .any(|pair| touches(pair[0], pair[1], &label));
            assert!(
                !crossed,
                "edge {other} crosses the label of edge {edge} {label:?}"
            );
        }
    }
}

/// The least width of a step that has room for the labels of three branches.
const MIN_LABELLED_WIDTH: f32 = 3.0 * LABEL_SIZE_PX.0 / 0.9 + 1.0;

/// Sizes kept, boxes apart and within the drawing.
pub fn check_boxes(graph: &Graph, drawing: &Layout) {
    assert_eq!(drawing.nodes.len(), graph.nodes.len());
    assert_eq!(drawing.layers.len(), graph.nodes.len());
    assert_eq!(drawing.edges.len(), graph.edges.len());
    let mut order: Vec<usize> = (0..drawing.nodes.len()).collect();
    order.sort_by(|&a, &b| drawing.nodes[a].y.total_cmp(&drawing.nodes[b].y));
    for (at, &a) in order.iter().enumerate() {
        let (one, wanted) = (&drawing.nodes[a], &graph.nodes[a]);
        assert_eq!((one.width, one.height), (wanted.width, wanted.height));
        assert!(
            one.x >= 0.0 && one.x + one.width <= drawing.width,
            "{one:?}"
        );
        assert!(
            one.y >= 0.0 && one.y + one.height <= drawing.height,
            "{one:?}"
        );
        for &b in &order[at + 1..] {
            let other = &drawing.nodes[b];
            if other.y >= one.y + one.height + 24.0 {
                break;
            }
            let apart = (one.x - other.x - other.width).max(other.x - one.x - one.width);
            assert!(apart >= 23.99, "{one:?} and {other:?}");
        }
    }
}

/// An edge begins and ends on its nodes, runs only one way and stays in the drawing.
fn check_ends(graph: &Graph, drawing: &Layout, edge: usize) {
    let route = &drawing.edges[edge];
    let (from, to) = graph.edges[edge];
    let ([first, .., last], true) = (route.points.as_slice(), from != to) else {
        let drawable = from != to && from < graph.nodes.len() && to < graph.nodes.len();
        assert!(
            route.points.is_empty() && !drawable,
            "edge {edge} {route:?}"
        );
        return;
    };
    let (source, target) = (&drawing.nodes[from], &drawing.nodes[to]);
    let (leave, reach) = if route.reversed {
        (source.y, target.y + target.height)
    } else {
        (source.y + source.height, target.y)
    };
    assert!(
        (first.1 - leave).abs() < 0.01 && (last.1 - reach).abs() < 0.01,
        "{route:?}"
    );
    for (end, node) in [(first, source), (last, target)] {
        assert!(
            end.0 >= node.x && end.0 <= node.x + node.width,
            "{route:?} {node:?}"
        );
    }
    let down = route.points.windows(2).all(|pair| pair[0].1 < pair[1].1);
    let up = route.points.windows(2).all(|pair| pair[0].1 > pair[1].1);
    assert!(if route.reversed { up } else { down }, "{route:?}");
    assert_eq!(drawing.layers[from] < drawing.layers[to], !route.reversed);
    for (x, y) in route.points.iter().chain([&route.label]) {
        assert!(
            x.is_finite() && *x >= 0.0 && *x <= drawing.width,
            "{route:?}"
        );
        assert!(
            y.is_finite() && *y >= 0.0 && *y <= drawing.height,
            "{route:?}"
        );
    }
}

/// Reads the path data back and follows its bends.
fn sample(route: &Route) -> Vec<(f32, f32)> {
    let data = route.path();
    let mut points: Vec<(f32, f32)> = Vec::new();
    let starts: Vec<usize> = data
        .match_indices(['M', 'V', 'C'])
        .map(|(at, _)| at)
        .collect();
    for (index, &at) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(data.len());
        let numbers: Vec<f32> = data[at + 1..end]
            .split(' ')
            .map(|number| number.parse().unwrap())
            .collect();
        match (&data[at..at + 1], numbers.as_slice()) {
            ("M", &[x, y]) => points.push((x, y)),
            ("V", &[y]) => points.push((points[points.len() - 1].0, y)),
            ("C", &[bx, by, cx, cy, dx, dy]) => {
                let (ax, ay) = points[points.len() - 1];
                for step in 1..=12 {
                    let t = step as f32 / 12.0;
                    let s = 1.0 - t;
                    let at = |a: f32, b: f32, c: f32, d: f32| {
                        a * s * s * s + 3.0 * b * s * s * t + 3.0 * c * s * t * t + d * t * t * t
                    };
                    points.push((at(ax, bx, cx, dx), at(ay, by, cy, dy)));
                }
            }
            other => panic!("{other:?} in {data}"),
        }
    }
    points
}

/// Whether a piece of a line comes into a box: clipped to its height, does its width overlap?
fn touches(a: (f32, f32), b: (f32, f32), rect: &Rect) -> bool {
    let (a, b) = if a.1 <= b.1 { (a, b) } else { (b, a) };
    let (top, bottom) = (a.1.max(rect.y + 0.1), b.1.min(rect.y + rect.height - 0.1));
    if top > bottom {
        return false;
    }
    let at = |y: f32| {
        let part = if b.1 > a.1 {
            (y - a.1) / (b.1 - a.1)
        } else {
            0.0
        };
        a.0 + (b.0 - a.0) * part
    };
    let (left, right) = (at(top).min(at(bottom)), at(top).max(at(bottom)));
    right > rect.x && left < rect.x + rect.width
}

fn graphs() -> impl Strategy<Value = Graph> {
    (1usize..40).prop_flat_map(|count| {
        let node = (1u16..300, 1u16..90).prop_map(|(width, height)| Node {
            width: f32::from(width),
            height: f32::from(height),
        });
        let edges = proptest::collection::vec((0..count, 0..count), 0..count * 2);
        let nodes = proptest::collection::vec(node, count);
        (nodes, edges).prop_map(|(nodes, edges)| Graph {
            nodes,
            edges,
            branches: Vec::new(),
        })
    })
}

/// Steps with branches, wide enough for their labels.
fn branching() -> impl Strategy<Value = Graph> {
    (graphs(), proptest::collection::vec(0u32..3, 0..80)).prop_map(|(mut graph, branches)| {
        for node in &mut graph.nodes {
            node.width = node.width.max(220.0);
        }
        graph.branches = branches;
        graph
    })
}

/// Few edges upward, as in real definitions.
fn acyclic() -> impl Strategy<Value = Graph> {
    graphs().prop_map(|mut graph| {
        for edge in &mut graph.edges {
            *edge = (edge.0.min(edge.1), edge.0.max(edge.1));
        }
        graph
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_graph_is_drawn_properly(graph in graphs()) {
        let drawing = layout(&graph, &Options::default());
        check(&graph, &drawing);
    }

    #[test]
    fn an_acyclic_graph_runs_downward_only(graph in acyclic()) {
        let drawing = layout(&graph, &Options::default());
        check(&graph, &drawing);
        prop_assert!(drawing.edges.iter().all(|edge| !edge.reversed));
    }

    #[test]
    fn labels_are_where_nothing_else_is(graph in branching()) {
        check(&graph, &layout(&graph, &Options::default()));
    }

    #[test]
    fn the_same_graph_gives_the_same_picture(graph in graphs()) {
        let options = Options::default();
        prop_assert_eq!(layout(&graph, &options), layout(&graph.clone(), &options));
    }
}
