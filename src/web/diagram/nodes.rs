//! The boxes of a graph: one for a step, or for the steps of a fold.

use jiff::Timestamp;

use super::icons;
use super::progress::StepProgress;
use super::waits::Wait;
use crate::catalog::{NODE_CHARACTER_WIDTH_PX, NODE_EXTRA_WIDTH_PX};
use crate::domain::{Named, NodeStatus};
use crate::graph::Rect;
use crate::web::fmt::{status_class, visible_text};
use crate::web::texts::step as texts;
use sluicegate_definition::{Definition, Fold, Step, StepKind, masked};

/// Characters that fit on the line under a name.
const MAX_SUB_CHARS: usize = 26;

/// Where the line of a fold begins and ends that shows its statuses, from the left and the right edge of its box, and
/// its distance from the upper one.
const SHARES_INSET_PX: f32 = 14.0;
const SHARES_TOP_PX: f32 = 47.0;
/// The least part of that line that a status takes, however few steps have it.
const LEAST_SHARE: f32 = 0.02;

/// The box of a step, or of a fold.
pub struct DiagramNode {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// What the step or the fold is called.
    pub named: Named,
    /// The display name or the name, cut to what fits.
    pub title: String,
    /// Whether `label` is the title of the box, because its status is only a shape, it has two names or its name
    /// is cut.
    pub has_title: bool,
    /// The type, as the definition spells it.
    pub kind: String,
    /// The line under the name.
    pub sub: String,
    /// When the step started, while it runs.
    pub since: Option<Timestamp>,
    /// The step's status, of a fold that of its most urgent step; none on a pipeline's own graph.
    pub status: Option<NodeStatus>,
    /// The style of its status.
    pub class: &'static str,
    /// The icon of its type, as path data in a 16 × 16 box.
    pub kind_icon: &'static str,
    /// The icon of its status.
    pub status_icon: Option<&'static str>,
    /// Its horizontal position, near the right edge.
    pub status_at: f32,
    /// The accessible name.
    pub label: String,
    /// What it waits for.
    pub wait: Option<Wait>,
    /// The step's page; of a fold, this page with its steps.
    pub href: String,
    /// The fold that a step belongs to, where that is open.
    pub fold: Option<String>,
    /// The steps of a fold.
    pub members: Option<FoldedSteps>,
}

/// The steps that a fold stands for. The lists are in the same order.
pub struct FoldedSteps {
    /// How many there are.
    pub count: usize,
    /// Their exact names, as JSON.
    pub names: String,
    /// Their titles, as JSON, where one has a display name.
    pub titles: Option<String>,
    /// Their statuses, with a space between, `-` for one that has none; none on a pipeline's own graph.
    pub statuses: Option<String>,
    /// The edges of what lies under its box, as path data.
    pub pile: String,
    /// A piece of a line for each status, the most urgent first: its style, and its path data.
    pub shares: Vec<(&'static str, String)>,
}

/// The box of a step, which may belong to an open fold.
pub(super) fn step_node(
    step: &Step,
    at: &Rect,
    progress: Option<StepProgress>,
    href: String,
    fold: Option<&Fold>,
) -> DiagramNode {
    let named = Named::from(step);
    let title = visible_text(named.title()).into_owned();
    let kind = step.kind.label().to_owned();
    let spoken = progress.as_ref().map(StepProgress::spoken);
    let (sub, since, status, wait) = match progress {
        Some(p) => {
            let sub = format!("{kind} · {}", p.short);
            (sub, p.since, Some(p.status), p.wait)
        }
        None => (kind.clone(), None, None, None),
    };
    let fits = characters(at);
    DiagramNode {
        label: texts::accessible_name(
            &visible_text(&named.spelled_out()),
            &kind,
            spoken.as_deref(),
        ),
        has_title: status.is_some()
            || named.name_beside().is_some()
            || title.chars().count() > fits,
        title: shortened(&title, fits),
        sub: sub_line(&kind, sub, since.is_some()),
        wait,
        since,
        fold: fold.map(|fold| fold.name.clone()),
        ..plain_node(&step.kind, at, status, named, href)
    }
}

/// The box of a fold whose steps have these statuses.
pub(super) fn fold_node(
    definition: &Definition,
    fold: &Fold,
    at: &Rect,
    statuses: &[Option<NodeStatus>],
    href: String,
) -> DiagramNode {
    let first = &definition.steps[fold.members[0]];
    let named = fold_named(definition, fold);
    let kind = first.kind.label().to_owned();
    let count = fold.members.len();
    // An older execution's definition may lack some of them.
    let each: Vec<Option<NodeStatus>> = fold.members.iter().map(|step| statuses[*step]).collect();
    let counts = by_urgency(&each);
    let status = counts.first().map(|(_, status)| *status);
    let number = texts::fold_count(count);
    let fits = characters(at).saturating_sub(number.chars().count());
    let title = visible_text(named.title()).into_owned();
    DiagramNode {
        label: texts::fold_label(&visible_text(&named.spelled_out()), count, &kind, &counts),
        title: format!("{}{number}", shortened(&title, fits)),
        sub: match counts.as_slice() {
            [] => kind,
            counts => texts::steps_by_status(counts),
        },
        members: Some(FoldedSteps::of(definition, fold, at, &each, &counts)),
        ..plain_node(&first.kind, at, status, named, href)
    }
}

/// A box for this type and status, without its words.
fn plain_node(
    kind: &StepKind,
    at: &Rect,
    status: Option<NodeStatus>,
    named: Named,
    href: String,
) -> DiagramNode {
    DiagramNode {
        x: at.x,
        y: at.y,
        width: at.width,
        height: at.height,
        named,
        title: String::new(),
        has_title: true,
        kind: kind.label().to_owned(),
        sub: String::new(),
        since: None,
        status,
        class: status.map_or("", |status| status_class(status.as_str())),
        kind_icon: icons::of_kind(kind),
        status_icon: status.map(icons::of_status),
        status_at: at.width - 22.0,
        label: String::new(),
        wait: None,
        href,
        fold: None,
        members: None,
    }
}

impl FoldedSteps {
    /// The steps of a fold with their statuses, and how many have each.
    fn of(
        definition: &Definition,
        fold: &Fold,
        at: &Rect,
        each: &[Option<NodeStatus>],
        counts: &[(usize, NodeStatus)],
    ) -> Self {
        let steps = || fold.members.iter().map(|step| &definition.steps[*step]);
        let titles = || json(steps().map(|step| Named::from(step).title().to_owned()));
        let has_titles = steps().any(|step| step.display_name.is_some());
        let marks = each
            .iter()
            .map(|one| one.map_or("-", NodeStatus::as_str))
            .collect::<Vec<_>>();
        Self {
            count: fold.members.len(),
            names: json(steps().map(|step| step.name.clone())),
            titles: has_titles.then(titles),
            statuses: (!counts.is_empty()).then(|| marks.join(" ")),
            pile: pile(at),
            shares: shares(counts, at.width),
        }
    }
}

/// What a fold is called; it has a display name where those of its steps are alike too.
fn fold_named(definition: &Definition, fold: &Fold) -> Named {
    let masks = |name: fn(&Step) -> Option<&str>| {
        let mut masks = fold
            .members
            .iter()
            .map(|step| name(&definition.steps[*step]).map(masked));
        let first = masks.next().flatten()?;
        masks
            .all(|mask| mask.as_ref() == Some(&first))
            .then_some(first)
    };
    let is_mask = masks(|step| Some(&step.name)).is_some_and(|mask| mask == fold.name);
    let display = masks(|step| step.display_name.as_deref()).filter(|_| is_mask);
    Named::new(&fold.name, display.as_deref())
}

fn json(texts: impl Iterator<Item = String>) -> String {
    serde_json::Value::from_iter(texts).to_string()
}

/// How many have each status, the most urgent first.
fn by_urgency(statuses: &[Option<NodeStatus>]) -> Vec<(usize, NodeStatus)> {
    NodeStatus::BY_URGENCY
        .into_iter()
        .map(|status| {
            (
                statuses.iter().filter(|one| **one == Some(status)).count(),
                status,
            )
        })
        .filter(|(count, _)| *count > 0)
        .collect()
}

/// A line along the lower edge of a box of this width, in pieces as long as there are steps of a status.
fn shares(counts: &[(usize, NodeStatus)], width: f32) -> Vec<(&'static str, String)> {
    let all: usize = counts.iter().map(|(count, _)| count).sum();
    let share = |count: usize| (count as f32 / all as f32).max(LEAST_SHARE);
    let whole: f32 = counts.iter().map(|(count, _)| share(*count)).sum();
    let long = width - 2.0 * SHARES_INSET_PX;
    let mut x = SHARES_INSET_PX;
    let pieces = counts.iter().map(|(count, status)| {
        let piece = long * share(*count) / whole;
        let path = format!("M{x:.1} {SHARES_TOP_PX}h{piece:.1}");
        x += piece;
        (status_class(status.as_str()), path)
    });
    pieces.collect()
}

/// The lower edges of two more boxes behind this one.
fn pile(at: &Rect) -> String {
    let edge = |number: f32| {
        let (inset, below) = (number * 6.0 + 2.0, number * 3.5);
        format!("M{inset} {}h{}", at.height + below, at.width - 2.0 * inset)
    };
    edge(1.0) + &edge(2.0)
}

/// How many characters of a name fit into a box.
fn characters(at: &Rect) -> usize {
    ((at.width - NODE_EXTRA_WIDTH_PX) / NODE_CHARACTER_WIDTH_PX).round() as usize
}

/// The line under the name. The script adds a running time to it.
fn sub_line(kind: &str, sub: String, counting: bool) -> String {
    if counting {
        format!("{} · ", shortened(kind, 18))
    } else {
        shortened(&sub, MAX_SUB_CHARS)
    }
}

/// The beginning and the end of a text, as far as they fit: steps of one pipeline often begin alike.
fn shortened(text: &str, fits: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= fits {
        return text.to_owned();
    }
    let tail = fits * 2 / 5;
    let head: String = chars[..fits - 1 - tail].iter().collect();
    let tail: String = chars[chars.len() - tail..].iter().collect();
    format!("{}…{}", head.trim_end(), tail.trim_start())
}
