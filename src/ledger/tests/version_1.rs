//! A ledger that version 1 wrote, with sentences in its rows and records, is opened, verified and shown.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::stub::arn;
use super::*;

/// What version 1 left behind: actions with every outcome, and rejected requests.
const LEDGER: &str = include_str!("../../../tests/data/ledger-version-1.sql");
/// Its last record.
const HEAD: (i64, &str) = (
    20,
    "9a0cc8a9ba1ab16d44e52a30cc8956ef5a2486cb5ce2039c95806f3eab9ad1a2",
);

async fn written_by_version_1() -> TempDir {
    let state = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new()
        .filename(state.path().join("ledger.db"))
        .create_if_missing(true);
    let mut database = options.connect().await.unwrap();
    sqlx::raw_sql(LEDGER).execute(&mut database).await.unwrap();
    database.close().await.unwrap();
    state
}

fn head() -> Option<(i64, String)> {
    Some((HEAD.0, HEAD.1.to_owned()))
}

/// The sentences of the activity, newest first.
async fn sentences(fixture: &Fixture) -> Vec<String> {
    let query = ActivityQuery::default();
    let found = fixture.ledger.activity(&ana(), &query).await.unwrap();
    let sentence = |entry: &ActivityEntry| match (&entry.explanation, entry.rejection_detail()) {
        (_, Some(RejectionDetail::Sentence(sentence))) => Some(sentence.as_str().to_owned()),
        (Some(Explanation::NotFound(NotFoundReason::Sentence(sentence))), _) => {
            Some(sentence.clone())
        }
        _ => None,
    };
    found.entries.iter().filter_map(sentence).collect()
}

#[tokio::test]
async fn its_file_is_verified_as_it_is() {
    let state = written_by_version_1().await;
    let trail = Trail::open(state.path()).await.unwrap();
    let verified = trail.verify(&[]).await.unwrap();
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(verified.chains[0].head, head());
}

#[tokio::test]
async fn it_is_opened_and_its_sentences_are_shown() {
    let fixture = Fixture::over(written_by_version_1().await).await;
    let verified = fixture.verified().await;
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(verified.chains[0].head, head());
    assert_eq!(
        sentences(&fixture).await,
        [
            "Not found at SageMaker: the execution is still Executing. Send it again if it is still wanted.",
            "Not found at SageMaker: no execution of this name was started. Nothing runs; send it again if it is still wanted.",
            "Not found at SageMaker: it knows this execution no longer.",
            "This execution has already succeeded.",
            "The execution ended (Succeeded) before it could be stopped.",
            "origin: https://elsewhere.example; sec-fetch-site: ",
            "this form does not come from a page of this console",
            "this form was sent before with other values",
        ]
    );
    let of_first = fixture
        .ledger
        .of_execution(&ana(), "default", &arn("run000000000"))
        .await
        .unwrap();
    let outcomes: Vec<_> = of_first.into_iter().map(|action| action.outcome).collect();
    let ended = "The execution ended (Succeeded) before it could be stopped.";
    let ended = NotFoundReason::Sentence(ended.into());
    assert_eq!(outcomes[0], Some(Outcome::NotFound(ended)));
    assert!(matches!(outcomes[1], Some(Outcome::Done { .. })));
}

#[tokio::test]
async fn its_chain_goes_on_with_records_of_version_2() {
    let fixture = Fixture::over(written_by_version_1().await).await;
    fixture.start("forged", "new").await.unwrap_err();
    fixture.start(&fixture.start_ticket(), "new").await.unwrap();
    let verified = fixture.verified().await;
    assert!(verified.is_sound(), "{verified:?}");
    let trail = Trail::open(fixture.state.path()).await.unwrap();
    let mut versions = Vec::new();
    let take = |record: AuditRecord| {
        versions.push(record["version"].as_u64().unwrap());
        Ok::<_, ()>(())
    };
    let done = trail.export(Timestamp::UNIX_EPOCH, None, take).await;
    done.unwrap().unwrap();
    let old = usize::try_from(HEAD.0).unwrap();
    assert!(versions[..old].iter().all(|version| *version == 1));
    assert_eq!(versions[old..], [2, 2, 2]);
}

#[tokio::test]
async fn a_changed_sentence_is_found() {
    let fixture = Fixture::over(written_by_version_1().await).await;
    let changed = "UPDATE outcomes SET message = 'Done.' WHERE kind = 'not_found'";
    fixture.tamper(changed).await;
    let verified = fixture.verified().await;
    let error = verified.chains[0].error.as_ref().unwrap();
    assert_eq!(error.fault, ChainFault::RowChanged(RowKind::Outcome));
}

#[tokio::test]
async fn the_sentence_of_a_row_without_a_record_stays_in_the_row() {
    let fixture = Fixture::over(written_by_version_1().await).await;
    fixture.tamper("DELETE FROM records").await;
    fixture.tamper("DELETE FROM writers").await;
    let settings = fixture.ledger.0.settings.clone();
    fixture.reopen(settings).await;
    assert!(fixture.verified().await.is_sound());
    let bodies: Vec<(String,)> =
        sqlx::query_as("SELECT body FROM records WHERE body LIKE '%sentence_of_version_1%'")
            .fetch_all(&fixture.pools.reader)
            .await
            .unwrap();
    assert_eq!(bodies.len(), 4);
    assert!(
        bodies
            .iter()
            .all(|(body,)| !body.contains("execution ended"))
    );
}
