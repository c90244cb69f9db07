//! Whether the parts of one page about an execution agree: header, banner, tabs, graph, list of steps, panel.

use std::collections::BTreeMap;

use super::page::{Element, Page};

const RUNNING: [&str; 3] = ["Starting", "Executing", "Stopping"];
const DONE: [&str; 3] = ["Succeeded", "Cached", "Reused"];
const ENDED: [&str; 4] = ["Stopped", "Failed", "Succeeded", "CompletedWithFailures"];

/// Panics where two parts of the page contradict each other. Parts that the page does not have are left out.
#[track_caller]
pub fn assert_coherent(page: &Page) {
    let Some(banner) = page.find("#banner") else {
        return;
    };
    let contradictions = Parts::of(page, &banner).contradictions();
    assert!(
        contradictions.is_empty(),
        "the page contradicts itself: {contradictions:#?}\n{}",
        page.text()
    );
}

/// What a page shows in several places.
struct Parts<'a> {
    page: &'a Page,
    banner: &'a Element,
    status: String,
    pending: String,
    /// The steps of the graph, and those of the list: name and status.
    graph: Vec<(String, String)>,
    rows: Vec<(String, String)>,
    found: Vec<String>,
}

impl<'a> Parts<'a> {
    fn of(page: &'a Page, banner: &'a Element) -> Self {
        let steps = |selector: &str| -> Vec<(String, String)> {
            let all = page.all(selector).into_iter();
            all.map(|step| (step.attribute("data-step"), step.attribute("data-status")))
                .collect()
        };
        Self {
            status: banner.attribute("data-status"),
            pending: banner.attribute("data-pending"),
            graph: match page.has("#map") || page.has("#dag") {
                true => steps("#dag a[data-step][data-status]"),
                false => Vec::new(),
            },
            rows: steps("tr[data-step][data-status]"),
            page,
            banner,
            found: Vec::new(),
        }
    }

    fn contradictions(mut self) -> Vec<String> {
        self.header();
        self.row_of_the_execution();
        self.counts();
        self.statuses();
        self.running();
        self.panel();
        self.actions();
        self.found
    }

    fn expect(&mut self, holds: bool, what: impl FnOnce(&Self) -> String) {
        if !holds {
            let what = what(self);
            self.found.push(what);
        }
    }

    /// The word for the execution's status, as every part must show it.
    fn word(&self) -> String {
        match (self.pending.as_str(), self.status.as_str()) {
            ("stop", _) => "Stopping…".into(),
            ("resume", _) => "Resuming…".into(),
            ("retry", _) => "Retrying…".into(),
            (_, status) => word(status),
        }
    }

    fn header(&mut self) {
        let expected = self.word();
        // On a page of the pipeline the header is that of the pipeline.
        if self.page.has("#banner a[href]") && self.page.has("tr[data-execution]") {
            return;
        }
        if let Some(pill) = self.page.all("h1 span").last() {
            let shown = pill.text();
            self.expect(shown == expected, |_| {
                format!("header {shown}, banner {expected}")
            });
        }
        let headline = self.banner.find("strong").map(|strong| strong.text());
        let headline = headline.unwrap_or_default();
        if self.status != "Failed" {
            self.expect(headline == expected, |_| {
                format!("headline {headline}, not {expected}")
            });
        }
        let symbol = match self.status.as_str() {
            "Executing" => "▶",
            "Stopping" => "◼…",
            "Stopped" => "◼",
            "Failed" => "✕",
            "Succeeded" => "✓",
            _ => "",
        };
        let title = self.page.one("#live").attribute("data-title");
        if self.page.has("h1 span") {
            self.expect(
                title.starts_with(&format!("{symbol} ")) || symbol.is_empty(),
                |_| format!("title {title}, banner {expected}"),
            );
        }
    }

    /// On a list of executions, the row of the banner's execution, and the number beside each status.
    fn row_of_the_execution(&mut self) {
        let id = self.banner.attribute("data-kept-execution");
        let Some(row) = self.page.find(&format!("tr[data-execution=\"{id}\"]")) else {
            return;
        };
        let shown = (row.attribute("data-status"), row.attribute("data-pending"));
        let expected = (self.status.clone(), self.pending.clone());
        self.expect(shown == expected, |_| {
            format!("row {shown:?}, banner {expected:?}")
        });
        for chip in self.page.all("a") {
            let (Some(status), Some(number)) = (chip.find("span"), chip.find("b")) else {
                continue;
            };
            let rows = self.page.all("tr[data-execution]");
            let same = rows
                .iter()
                .filter(|row| word(&row.attribute("data-status")) == status.text());
            let (counted, shown) = (same.count().to_string(), number.text());
            self.expect(counted == shown, |_| {
                format!("{} {shown}, but {counted} rows", status.text())
            });
        }
    }

    /// `n of m steps done, k skipped`, the legend, and the number on the tab.
    fn counts(&mut self) {
        let banner = self.banner.text();
        let steps = if self.graph.is_empty() {
            self.rows.clone()
        } else {
            self.graph.clone()
        };
        if let Some((done, all, skipped)) = steps_done(&banner).filter(|_| !steps.is_empty()) {
            let shown = (
                steps.iter().filter(|(_, status)| is(status, &DONE)).count(),
                steps.len(),
            );
            self.expect(shown == (done, all), |_| {
                format!("{shown:?} steps, banner: {banner}")
            });
            let not_run = steps
                .iter()
                .filter(|(_, status)| status == "NotRun")
                .count();
            self.expect(skipped <= not_run, |_| {
                format!("{skipped} of {not_run} skipped")
            });
            let is_whole = self.status != "Succeeded" || done + skipped == all;
            self.expect(is_whole, |_| format!("succeeded, but {banner}"));
        }
        let mut tally = BTreeMap::new();
        for (_, status) in &self.graph {
            *tally.entry(status.clone()).or_insert(0) += 1;
        }
        let legend = self.page.all("[data-tally]").into_iter().map(|entry| {
            let text = entry.text();
            let count = text
                .split(' ')
                .next()
                .and_then(|number| number.parse().ok());
            (entry.attribute("data-tally"), count.unwrap_or_default())
        });
        let legend: BTreeMap<String, i32> = legend.collect();
        self.expect(legend == tally, |_| {
            format!("legend {legend:?}, graph {tally:?}")
        });
        let tabs = self.page.all("nav[aria-label=\"Execution\"] a");
        let tab = tabs.iter().find(|tab| tab.text().starts_with("Steps"));
        if let Some(tab) = tab.filter(|_| !self.rows.is_empty()) {
            let (shown, rows) = (tab.text().replace(' ', ""), self.rows.len());
            self.expect(shown == format!("Steps{rows}"), |_| {
                format!("{rows} rows, tab: {shown}")
            });
        }
    }

    /// The steps of an execution that has ended have ended; one that runs has steps to run.
    fn statuses(&mut self) {
        let steps: Vec<_> = self.graph.iter().chain(&self.rows).cloned().collect();
        let open = |status: &str| status == "Waiting" || is(status, &RUNNING);
        let has_open = steps.iter().any(|(_, status)| open(status));
        if is(&self.status, &ENDED) {
            self.expect(!has_open, |parts| {
                format!("{}, but {steps:?}", parts.status)
            });
        }
        let closed = |status: &str| status == "Stopped" || status == "NotRun";
        let all_closed = !steps.is_empty() && steps.iter().all(|(_, status)| closed(status));
        if self.status == "Executing" {
            self.expect(!all_closed, |_| format!("executing, but {steps:?}"));
        }
    }

    /// `X is running` in the banner.
    fn running(&mut self) {
        let banner = self.banner.text();
        let steps: Vec<_> = self.graph.iter().chain(&self.rows).cloned().collect();
        let runs = |name: &str| {
            steps
                .iter()
                .any(|(step, status)| step == name && is(status, &RUNNING))
        };
        if steps.is_empty() {
            return;
        }
        let words: Vec<&str> = banner.split_whitespace().collect();
        for pair in words
            .windows(3)
            .filter(|words| words[1..] == ["is", "running"])
        {
            self.expect(runs(pair[0]), |_| format!("{banner}, but {steps:?}"));
        }
        if banner.contains("Starting the next step") {
            let none = steps.iter().all(|(_, status)| !is(status, &RUNNING));
            self.expect(none, |_| format!("{banner}, but {steps:?}"));
        }
    }

    fn panel(&mut self) {
        let Some(panel) = self.page.find("#step") else {
            return;
        };
        let (name, status) = (
            panel.attribute("data-panel"),
            panel.attribute("data-status"),
        );
        let steps: Vec<_> = self.graph.iter().chain(&self.rows).cloned().collect();
        for (_, shown) in steps.iter().filter(|(step, _)| *step == name) {
            self.expect(*shown == status, |_| {
                format!("{name} {shown}, in its panel {status}")
            });
        }
        let pill = panel
            .find("header span span")
            .map(|pill| pill.text())
            .unwrap_or_default();
        self.expect(pill == word(&status), |_| {
            format!("panel {status}, shown as {pill}")
        });
        let text = panel.text();
        let explains = text.contains("Skipped: ") || text.contains("Not reached: ");
        self.expect(explains == (status == "NotRun"), |_| {
            format!("{status}: {text}")
        });
        if !is(&self.status, &ENDED) {
            let over = text.contains("Not reached: the execution");
            self.expect(!over, |parts| format!("{}, but {text}", parts.status));
        }
        if is(&status, &ENDED) {
            self.expect(!text.contains("InProgress"), |_| {
                format!("{status}: {text}")
            });
        }
        if is(&self.status, &ENDED) {
            let over = status != "Waiting" && !is(&status, &RUNNING);
            self.expect(over, |parts| {
                format!("{}, but {name} {status}", parts.status)
            });
        }
    }

    /// What is offered applies to the status.
    fn actions(&mut self) {
        for (label, applies_to) in [
            ("Stop…", "Executing"),
            ("Resume…", "Stopped"),
            ("Retry…", "Failed"),
        ] {
            let offered = self.banner.all("a").iter().any(|link| link.text() == label);
            let applies = self.status == applies_to && self.pending.is_empty();
            self.expect(!offered || applies, |parts| {
                format!("{label} while {}", parts.word())
            });
        }
    }
}

fn is(status: &str, any: &[&str]) -> bool {
    any.contains(&status)
}

fn word(status: &str) -> String {
    match status {
        "NotRun" => "Not run",
        "Cached" => "From cache",
        "CompletedWithFailures" => "Completed with failures",
        other => other,
    }
    .to_owned()
}

/// `n of m steps done, k skipped` as (n, m, k).
fn steps_done(text: &str) -> Option<(usize, usize, usize)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let at = words
        .windows(5)
        .position(|five| five[1] == "of" && five[4].starts_with("done"))?;
    let skipped = match words.get(at + 6) {
        Some(word) if word.starts_with("skipped") => words[at + 5].parse().ok()?,
        _ => 0,
    };
    Some((
        words[at].parse().ok()?,
        words[at + 2].parse().ok()?,
        skipped,
    ))
}

#[test]
fn a_page_that_contradicts_itself_is_noticed() {
    let page = |status: &str, node: &str, banner: &str| {
        Page::read(&format!(
            r#"<div id="live" data-title="▶ x"><h1>x <span>Executing</span></h1>
            <section id="banner" data-status="{status}"><strong>{status}</strong> <p>{banner}</p></section>
            <svg id="dag"><a data-step="A" data-status="{node}"></a></svg><i data-tally="{node}">1 x</i></div>"#
        ))
    };
    let check = |page: &Page| Parts::of(page, &page.one("#banner")).contradictions();
    let sound = page("Executing", "Executing", "A is running · 0 of 1 step done");
    assert_eq!(check(&sound), [""; 0]);
    for (status, node, banner) in [
        ("Stopped", "Stopped", "0 of 1 step done"),
        ("Executing", "Stopped", "0 of 1 step done"),
        ("Executing", "Waiting", "A is running · 0 of 1 step done"),
        ("Executing", "Executing", "A is running · 0 of 2 steps done"),
        ("Executing", "Executing", "Starting the next step…"),
    ] {
        let found = check(&page(status, node, banner));
        assert!(!found.is_empty(), "{status}, {node}, {banner}");
    }
}
