//! What was skipped is noted, joined where it meets, and filled from the newest on.

use super::*;

fn span(lower: Option<i64>, upper: Option<i64>) -> GapSpan {
    GapSpan {
        upper: upper.map(at),
        lower: lower.map(at),
    }
}

async fn spans(store: &Store) -> Vec<GapSpan> {
    let mut spans = Vec::new();
    while let Some(gap) = store.newest_gap().await.unwrap() {
        store.close_gap(gap.number).await.unwrap();
        spans.push(gap.span);
    }
    spans
}

async fn after(skipped: &[GapSpan]) -> Vec<GapSpan> {
    let fixture = fixture().await;
    for one in skipped {
        fixture.store.advance(at(0), Some(*one)).await.unwrap();
    }
    spans(&fixture.store).await
}

#[tokio::test]
async fn gaps_that_do_not_meet_are_kept_apart_the_newest_first() {
    let (old, new) = (span(None, Some(10)), span(Some(20), Some(30)));
    assert_eq!(after(&[old, new]).await, [new, old]);
    assert_eq!(after(&[new, old]).await, [new, old]);
    let newest = span(Some(40), None);
    assert_eq!(after(&[new, newest]).await, [newest, new]);
}

#[tokio::test]
async fn gaps_that_meet_are_one() {
    let old = span(None, Some(20));
    assert_eq!(
        after(&[old, span(Some(20), Some(30))]).await,
        [span(None, Some(30))]
    );
    assert_eq!(after(&[old, span(Some(10), Some(15))]).await, [old]);
    assert_eq!(
        after(&[old, span(Some(10), None)]).await,
        [span(None, None)]
    );
    let (first, third) = (span(Some(1), Some(2)), span(Some(5), Some(6)));
    let over_both = span(Some(2), Some(5));
    assert_eq!(
        after(&[first, third, over_both]).await,
        [span(Some(1), Some(6))]
    );
}

#[tokio::test]
async fn a_gap_outlives_the_process_and_becomes_smaller() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let skipped = Some(span(None, Some(10)));
    let number = store.advance(at(100), skipped).await.unwrap().unwrap();
    store.narrow_gap(number, Some(at(5))).await.unwrap();
    let again = Store::new(fixture.pools.clone(), "main");
    assert_eq!(again.high_water_mark().await.unwrap(), Some(at(100)));
    assert_eq!(spans(&again).await, [span(None, Some(5))]);
    let elsewhere = Store::new(fixture.pools.clone(), "other");
    assert_eq!(elsewhere.newest_gap().await.unwrap(), None);
}
