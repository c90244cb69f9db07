use proptest::prelude::*;

use super::*;

fn digests(html: &str) -> Digests {
    Rendering::of(html).into_digests()
}

fn changes(before: &str, after: &str) -> Option<String> {
    Rendering::of(after).changes_since(&digests(before))
}

fn list(items: &[String]) -> String {
    let items = items.iter().enumerate();
    let items =
        items.map(|(n, text)| format!("<tr data-item data-step=\"s{n}\"><td>{text}</td></tr>"));
    items.collect::<Vec<_>>().join("\n")
}

fn page(head: &str, rows: &[String], paths: &[String]) -> String {
    let paths = paths.iter();
    let paths: String = paths
        .map(|d| format!("<path data-item data-from=\"a\" d=\"{d}\"/>"))
        .collect();
    format!(
        "<h1>{head}</h1><table><tbody data-items>\n{}\n</tbody></table>\
         <svg data-items class=\"dag\"><defs/><g>{paths}</g></svg><p>foot</p>",
        list(rows)
    )
}

/// What the script does: the items that came take the place of those of their number.
fn applied(before: &str, changes: &str) -> String {
    let mut text = String::new();
    let (old, new) = (lists(before), marked_changed(changes));
    let mut copied = 0;
    for (list, changed) in old.iter().zip(&new) {
        text.push_str(&changes[copied..changed.start]);
        let mut from = list.mark_end;
        for (number, item) in list.items.iter().enumerate() {
            text.push_str(&before[from..item.span.start]);
            match changed.items.iter().find(|(n, _)| *n == number) {
                Some((_, html)) => text.push_str(html),
                None => text.push_str(&before[item.span.clone()]),
            }
            from = item.span.end;
        }
        text.push_str(&before[from..list.end]);
        copied = changed.end;
    }
    text + &changes[copied..]
}

/// A list of an answer with changes.
struct ChangedList {
    /// Where its mark's name ends.
    start: usize,
    end: usize,
    /// The number and markup of each item.
    items: Vec<(usize, String)>,
}

fn marked_changed(changes: &str) -> Vec<ChangedList> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = changes[from..].find(" data-items=\"changed\"") {
        let start = from + at + LIST_MARK.len();
        let name = changes[..from + at].rsplit('<').next().unwrap();
        let end = start + changes[start..].find(&format!("</{name}>")).unwrap();
        let mut items = Vec::new();
        let mut rest = &changes[start..end];
        while let Some(at) = rest.find(" data-item=\"") {
            let open = rest[..at].rfind('<').unwrap();
            let tag = &rest[open + 1..at];
            let number_start = at + " data-item=\"".len();
            let number_end = number_start + rest[number_start..].find('"').unwrap();
            let close = if tag == "path" { "/>" } else { "</tr>" };
            let close = number_end + rest[number_end..].find(close).unwrap() + close.len();
            let html = format!("<{tag} data-item{}", &rest[number_end + 1..close]);
            items.push((rest[number_start..number_end].parse().unwrap(), html));
            rest = &rest[close..];
        }
        found.push(ChangedList { start, end, items });
        from = end;
    }
    found
}

#[test]
fn a_poll_carries_only_the_items_that_changed() {
    let texts = |changed: &str| {
        let mut texts = vec!["same".to_owned(); 10];
        texts[3] = changed.to_owned();
        texts
    };
    let (before, after) = (page("A", &texts("x"), &[]), page("B", &texts("y"), &[]));
    let changes = changes(&before, &after).unwrap();
    assert_eq!(
        changes,
        "<h1>B</h1><table><tbody data-items=\"changed\"><tr data-item=\"3\" data-step=\"s3\"><td>y</td></tr></tbody></table>\
         <svg data-items=\"changed\" class=\"dag\"></svg><p>foot</p>"
    );
}

#[test]
fn a_list_with_other_items_is_sent_whole() {
    let rows = |n: usize| vec!["row".to_owned(); n];
    let before = page("A", &rows(30), &rows(5));
    assert_eq!(digests(&before).len(), 35);
    assert!(changes(&before, &page("A", &rows(31), &rows(5))).is_none());
    let other = page("A", &rows(30), &rows(5)).replace("<defs/>", "<defs></defs>");
    assert!(changes(&before, &other).is_none());
    assert!(changes(&before, "<p>Nothing.</p>").is_none());
    let moved = page("A", &rows(30), &rows(5)).replace("data-step=\"s7\"", "data-step=\"s30\"");
    assert!(changes(&before, &moved).is_none());
    let all_changed = page("A", &vec!["new".to_owned(); 30], &rows(5));
    assert!(changes(&before, &all_changed).is_none());
}

#[test]
fn a_text_that_looks_like_a_mark_is_none() {
    let text =
        "<p>tbody data-items &#60;tr data-item&#62;</p><td title=\"&#60;tbody data-items\">x</td>";
    assert_eq!(digests(text).len(), 0);
    assert_eq!(digests("<tr data-itemised>").len(), 0);
}

proptest! {
    #[test]
    fn what_changed_applied_to_what_was_shown_is_what_is_now(
        head in "[a-z ]{0,6}",
        rows in proptest::collection::vec(("[a-c é]{0,3}", "[a-c é]{0,3}", any::<bool>()), 0..40),
        paths in proptest::collection::vec(("M[0-9]{1,3}", "M[0-9]{1,3}", any::<bool>()), 0..40),
    ) {
        let side = |all: &[(String, String, bool)], after: bool| -> Vec<String> {
            all.iter().map(|(a, b, same)| if after && !same { b.clone() } else { a.clone() }).collect()
        };
        let before = page("before", &side(&rows, false), &side(&paths, false));
        let after = page(&head, &side(&rows, true), &side(&paths, true));
        if let Some(changes) = changes(&before, &after) {
            prop_assert_eq!(applied(&before, &changes), after);
        }
    }
}
