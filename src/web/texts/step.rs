//! Steps: in a graph, in the list of steps, in the step panel.

/// A step for readers who do not see the graph: its name, its type, and its status and time where
/// it has them.
pub fn accessible_name(title: &str, kind: &str, status: Option<&str>) -> String {
    match status {
        Some(status) => format!("{title}, {kind}, {status}"),
        None => format!("{title}, {kind}"),
    }
}

/// A status and how long the step took.
pub fn status_and_time(status: &str, time: &str) -> String {
    format!("{status}, {time}")
}

/// How many iterations of a ForEach step have ended.
pub fn items_done(done: usize, all: usize) -> String {
    format!("{done} of {all} items")
}

/// Which item of a ForEach step an iteration runs for; items count from 1.
pub fn item(number: i64, value: Option<&str>, foreach: &str) -> String {
    match value {
        Some(value) => format!("item {number}: {value}"),
        None => format!("item {number} of {foreach}"),
    }
}
