//! Filters by days, and filters that nothing can match.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::support::{Requester, Stage, pipelines};

const EXECUTIONS: &str = "/w/default/pipelines/plain/executions";
const ACTIVITY: [&str; 2] = ["/activity", "/w/default/pipelines/plain/activity"];

/// A console where an execution was started.
async fn started() -> Stage {
    let stage = Stage::empty().await;
    let definition = pipelines::plain();
    stage.emulator.create_pipeline("plain", &definition).await;
    stage.console.create("plain", &[("name", "first")]).await;
    stage
}

/// A row of the list at this address.
fn row(address: &str) -> &'static str {
    if address.starts_with(EXECUTIONS) {
        "tr[data-execution]"
    } else {
        "li[data-activity]"
    }
}

/// How many rows a list has.
async fn rows(stage: &Stage, address: &str) -> usize {
    stage.console.page(address).await.all(row(address)).len()
}

/// The day on which the first row of this list began, on the clocks of a zone.
async fn day_shown(stage: &Stage, path: &str, zone: &str) -> Date {
    let page = stage.console.page(path).await;
    let time = page.one(&format!("{} time", row(path)));
    let at: Timestamp = time.attribute("datetime").parse().expect("a time");
    at.to_zoned(TimeZone::get(zone).expect(zone)).date()
}

#[tokio::test]
async fn a_day_is_that_of_the_zone_in_the_address() {
    let stage = started().await;
    for path in [EXECUTIONS, ACTIVITY[0], ACTIVITY[1]] {
        // At every moment it is another day than in UTC in one of the first two.
        for zone in [
            "Pacific/Kiritimati",
            "Pacific/Pago_Pago",
            "Asia/Kolkata",
            "UTC",
        ] {
            let day = day_shown(&stage, path, zone).await;
            for (from, to, expected) in [(0, 0, 1), (-1, -1, 0), (1, 1, 0), (-1, 1, 1)] {
                let (from, to) = (day + from.days(), day + to.days());
                let address = format!("{path}?from={from}&to={to}&tz={zone}");
                assert_eq!(rows(&stage, &address).await, expected, "{address}");
            }
            let page = stage
                .console
                .page(&format!("{path}?from={day}&tz={zone}"))
                .await;
            assert_eq!(page.one("[name=\"tz\"]").attribute("value"), zone);
            assert!(page.text().contains(&format!("From ({zone})")));
        }
    }
}

#[tokio::test]
async fn links_of_a_list_keep_the_zone_of_its_days() {
    let stage = started().await;
    let address = format!("{EXECUTIONS}?from=2026-01-01&tz=Asia%2FKolkata");
    let page = stage.console.page(&address).await;
    let links = page.all("a[hx-target=\"#live\"]");
    // Four chips and four sorted columns.
    assert_eq!(links.len(), 8);
    for link in links {
        let href = link.attribute("href");
        assert!(href.contains("from=2026-01-01&tz=Asia%2FKolkata"), "{href}");
    }
    assert!(
        page.one("#live")
            .attribute("hx-get")
            .contains("tz=Asia%2FKolkata")
    );
}

#[tokio::test]
async fn without_a_zone_days_are_those_of_utc_and_the_fields_name_it() {
    let stage = started().await;
    for path in [EXECUTIONS, ACTIVITY[0], ACTIVITY[1]] {
        let day = day_shown(&stage, path, "UTC").await;
        assert_eq!(
            rows(&stage, &format!("{path}?from={day}&to={day}&tz=")).await,
            1
        );
        let page = stage.console.page(path).await;
        assert!(page.text().contains("From (UTC)"), "{}", page.text());
        assert!(page.text().contains("To (UTC)"), "{}", page.text());
    }
}

#[tokio::test]
async fn a_filter_that_nothing_can_match_says_so_at_its_field() {
    let stage = started().await;
    let dates = [
        ("from=2026-11-20&to=2026-11-01", "from", "From is after To"),
        ("from=yesterday", "from", "“yesterday” is not a date"),
        ("to=2026-02-30", "to", "“2026-02-30” is not a date"),
        (
            "from=2026-11-20&tz=Mars/Olympus",
            "tz",
            "“Mars/Olympus” is not a time zone",
        ),
        ("tz=../../etc/passwd", "tz", "is not a time zone"),
    ];
    let mut wrong = Vec::new();
    for path in [EXECUTIONS, ACTIVITY[0], ACTIVITY[1]] {
        wrong.extend(dates.map(|(query, field, sentence)| (path, query, field, sentence)));
    }
    wrong.push((
        EXECUTIONS,
        "status=Nope",
        "status",
        "Executing, Stopping, Failed",
    ));
    wrong.push((
        EXECUTIONS,
        "status=Nope&status=Failed&status=%3Cb%3E",
        "status",
        "“Nope” or “<b>”",
    ));
    for path in ACTIVITY {
        wrong.push((
            path,
            "action=explode",
            "action",
            "start, stop, resume and retry",
        ));
        wrong.push((path, "outcome=x", "outcome", "There is no outcome “x”"));
        wrong.push((path, "before=x", "before", "There is no page “x”"));
    }
    wrong.push((ACTIVITY[0], "ws=nope", "ws", "There is no workspace “nope”"));
    for (path, query, field, sentence) in wrong {
        for requester in Requester::BOTH {
            let address = format!("{path}?{query}");
            let answer = stage.console.get_as(requester, &address).await;
            // What is swapped in while somebody types, and polled, has not failed.
            let status = if requester == Requester::Browser {
                400
            } else {
                200
            };
            let page = answer.expect(status).page();
            let said = page.one("#live [data-filter-error]");
            assert_eq!(said.attribute("data-filter-error"), field, "{address}");
            assert!(said.text().contains(sentence), "{address}: {}", said.text());
            assert!(!page.has(row(path)), "{address}");
            assert!(page.has_link("Show all"), "{address}");
        }
    }
}

#[tokio::test]
async fn what_was_typed_stays_in_the_fields() {
    let stage = started().await;
    for path in [EXECUTIONS, ACTIVITY[0]] {
        let address = format!("{path}?from=yesterday&to=2026-11-01&tz=Asia%2FKolkata");
        let page = stage.console.get(&address).await.expect(400).page();
        for (name, kind, value) in [
            // A date field would drop it.
            ("from", "text", "yesterday"),
            ("to", "date", "2026-11-01"),
            ("tz", "hidden", "Asia/Kolkata"),
        ] {
            let field = page.one(&format!("#filter [name=\"{name}\"]"));
            assert_eq!(field.attribute("value"), value, "{path}");
            assert_eq!(field.attribute("type"), kind, "{path}");
        }
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_sorted_as_asked_is_shown_in_its_usual_order() {
    let stage = started().await;
    for (path, row, keys) in [
        (
            "/w/default/pipelines",
            "tr[data-pipeline]",
            "name, status, started or modified",
        ),
        (
            EXECUTIONS,
            "tr[data-execution]",
            "name, status, started or duration",
        ),
    ] {
        let page = stage.console.page(&format!("{path}?sort=-nothing")).await;
        let said = page.one("[data-filter-error=\"sort\"]").text();
        assert!(said.contains("“-nothing”") && said.contains(keys), "{said}");
        assert_eq!(page.all(row).len(), 1);
        assert_eq!(page.one("th[aria-sort=\"descending\"]").text(), "Started");
        assert!(!page.has("[name=\"sort\"]"));
    }
}
