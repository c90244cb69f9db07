//! Time and crossings of our layout, beside those of Graphviz `dot` where it is installed.
//!
//! `cargo bench --bench layout` (`-- --short` takes seconds: that it works, not what it costs). Boxes of 160 by 40, 24 and 48 apart; crossings are those of the
//! drawn polylines of both (`dot` is run with polylines too: its splines cross about ten times as
//! often on pipelines, since they meet at flat angles). `dot`'s time is that of its process.

mod shapes;

use sluicegate::graph::{Graph, Layout, Node, Options, Route, crossings, layout};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Instant;

/// The sizes of the graphs, in nodes, and how many graphs there are of each.
const FULL: (&[usize], u64) = (&[50, 300, 1000], 5);
const SHORT: (&[usize], u64) = (&[50], 1);
/// Points a spline piece is sampled at.
const SAMPLES: usize = 10;

/// Makes a graph of so many nodes for a seed.
type Shape = fn(usize, u64) -> Graph;

#[derive(Default, Clone, Copy)]
struct Figures {
    milliseconds: f64,
    crossings: f64,
    width: f64,
}

impl Figures {
    fn add(&mut self, other: Figures) {
        self.milliseconds += other.milliseconds;
        self.crossings += other.crossings;
        self.width += other.width;
    }

    fn share(&self, runs: f64) -> Figures {
        Figures {
            milliseconds: self.milliseconds / runs,
            crossings: self.crossings / runs,
            width: self.width / runs,
        }
    }
}

fn main() {
    let shapes: [(&str, Shape); 2] = [("pipeline", shapes::pipeline), ("random", shapes::random)];
    let with_dot = Command::new("dot")
        .arg("-V")
        .stderr(Stdio::null())
        .status()
        .is_ok();
    let short = std::env::args().any(|word| word == "--short");
    let (sizes, seeds) = if short { SHORT } else { FULL };
    println!("mean of {seeds} seeds");
    println!(
        "{:14} {:>9} {:>9} {:>9} | {:>9} {:>9} {:>9} | {:>9}",
        "graph", "ms", "crossings", "width", "dot ms", "crossings", "width", "ours/dot"
    );
    for (name, shape) in shapes {
        for &nodes in sizes {
            let (mut ours, mut dots) = (Figures::default(), Figures::default());
            for seed in 1..=seeds {
                let graph = shape(nodes, seed);
                ours.add(measure(&graph));
                if with_dot && let Some(figures) = dot(&graph) {
                    dots.add(figures);
                }
            }
            let runs = seeds as f64;
            print(
                &format!("{name} {nodes}"),
                ours.share(runs),
                with_dot.then(|| dots.share(runs)),
            );
        }
    }
}

fn print(name: &str, ours: Figures, dot: Option<Figures>) {
    print!(
        "{name:14} {:9.1} {:9.1} {:9.0} |",
        ours.milliseconds, ours.crossings, ours.width
    );
    match dot {
        Some(dot) => {
            let ratio = if dot.crossings > 0.0 {
                format!("{:9.2}", ours.crossings / dot.crossings)
            } else {
                "-".to_owned()
            };
            println!(
                " {:9.1} {:9.1} {:9.0} | {ratio:>9}",
                dot.milliseconds, dot.crossings, dot.width
            );
        }
        None => println!(" dot is not installed"),
    }
}

/// Ours: the fastest of three runs.
fn measure(graph: &Graph) -> Figures {
    let mut milliseconds = f64::INFINITY;
    let mut drawing = Layout::default();
    for _ in 0..3 {
        let begin = Instant::now();
        drawing = layout(graph, &Options::default());
        milliseconds = milliseconds.min(begin.elapsed().as_secs_f64() * 1000.0);
    }
    Figures {
        milliseconds,
        crossings: crossings(&drawing) as f64,
        width: f64::from(drawing.width),
    }
}

/// The same graph by `dot`; none if it fails.
fn dot(graph: &Graph) -> Option<Figures> {
    let mut source = String::from(
        "digraph { nodesep=0.3333; ranksep=0.6667; splines=polyline; edge [arrowhead=none]; node [shape=box fixedsize=true width=2.2222 height=0.5556 label=\"\"];\n",
    );
    for node in 0..graph.nodes.len() {
        source.push_str(&format!("{node};\n"));
    }
    for (from, to) in &graph.edges {
        source.push_str(&format!("{from} -> {to};\n"));
    }
    source.push('}');
    let begin = Instant::now();
    let mut process = Command::new("dot")
        .arg("-Tplain")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    process.stdin.take()?.write_all(source.as_bytes()).ok()?;
    let output = process.wait_with_output().ok()?;
    let milliseconds = begin.elapsed().as_secs_f64() * 1000.0;
    let drawing = read_plain(&String::from_utf8(output.stdout).ok()?)?;
    Some(Figures {
        milliseconds,
        crossings: crossings(&drawing) as f64,
        width: f64::from(drawing.width),
    })
}

/// Reads `dot -Tplain` (inches, splines as `3k + 1` control points).
fn read_plain(plain: &str) -> Option<Layout> {
    let mut drawing = Layout::default();
    for line in plain.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words.first() {
            Some(&"graph") => drawing.width = words.get(2)?.parse::<f32>().ok()? * 72.0,
            Some(&"edge") => {
                let count: usize = words.get(3)?.parse().ok()?;
                let numbers = words
                    .get(4..4 + 2 * count)?
                    .iter()
                    .map(|word| word.parse::<f32>());
                let numbers: Vec<f32> = numbers.collect::<Result<_, _>>().ok()?;
                let points: Vec<(f32, f32)> = numbers
                    .chunks(2)
                    .map(|pair| (pair[0] * 72.0, pair[1] * 72.0))
                    .collect();
                drawing.edges.push(Route {
                    points: sample(&points),
                    ..Route::default()
                });
            }
            _ => {}
        }
    }
    Some(drawing)
}

fn sample(spline: &[(f32, f32)]) -> Vec<(f32, f32)> {
    let mut points = vec![spline[0]];
    for piece in spline.windows(4).step_by(3) {
        for step in 1..=SAMPLES {
            let t = step as f32 / SAMPLES as f32;
            let at = |pick: fn(&(f32, f32)) -> f32| {
                let [a, b, c, d] = [0, 1, 2, 3].map(|index| pick(&piece[index]));
                let s = 1.0 - t;
                a * s * s * s + 3.0 * b * s * s * t + 3.0 * c * s * t * t + d * t * t * t
            };
            points.push((at(|point| point.0), at(|point| point.1)));
        }
    }
    points
}
