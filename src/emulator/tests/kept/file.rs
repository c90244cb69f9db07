//! The state file itself: cut off, grown, not what it should be.

use super::*;
use crate::StateErrorKind;
use std::fs;

fn refused(path: &Path, seed: Option<SeedKind>) -> StateErrorKind {
    match Emulator::new(options(path, seed)) {
        Ok(_) => panic!("{} is refused", path.display()),
        Err(error) => error.kind,
    }
}

fn lines(path: &Path) -> usize {
    fs::read_to_string(path)
        .expect("a state file")
        .lines()
        .count()
}

#[test]
fn superseded_lines_are_removed_from_the_file_at_a_restart() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Empty);
    let arn = bench.create("two", &two_jobs());
    bench.start("two");
    bench.advance(1.0);
    for number in 0..1_100 {
        let tags = json!([{"Key": "n", "Value": number.to_string()}]);
        bench.ok("AddTags", json!({"ResourceArn": arn, "Tags": tags}));
    }
    let before = everything(&bench);
    drop(bench);
    assert!(lines(&place.file()) > 1_100);
    let again = place.open();
    assert!(lines(&place.file()) < 10);
    assert_eq!(everything(&again), before);
    again.start("two");
    let before = everything(&again);
    drop(again);
    assert_eq!(everything(&place.open()), before);
    let files = fs::read_dir(place.folder.path()).expect("a folder").count();
    assert_eq!(files, 1, "nothing is left beside it");
}

#[test]
fn a_truncated_file_has_everything_in_its_complete_lines() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Empty);
    let length = || fs::metadata(place.file()).expect("a state file").len();
    let mut answer = vec![(length(), everything(&bench))];
    let note = |answer: &mut Vec<(u64, Vec<Value>)>| answer.push((length(), everything(&bench)));
    bench.create("two", &two_jobs());
    note(&mut answer);
    for seconds in [1.0, 2.0, 300.0] {
        let started = bench.start("two");
        note(&mut answer);
        bench.advance(seconds);
        note(&mut answer);
        let _ = bench.call(
            "StopPipelineExecution",
            json!({"PipelineExecutionArn": started}),
        );
        note(&mut answer);
    }
    drop(bench);
    let whole = fs::read(place.file()).expect("a state file");
    let other = ArnContext::new();
    for cut in (answer[0].0..=whole.len() as u64).step_by(43) {
        fs::write(other.file(), &whole[..cut as usize]).expect("a file");
        let (_, expected) = answer
            .iter()
            .rfind(|(length, _)| *length <= cut)
            .expect("a prefix");
        let again = other.open();
        assert_eq!(&everything(&again), expected, "cut after {cut} bytes");
        again.create("more", &two_jobs());
        drop(again);
        assert_eq!(everything(&other.open()).len(), expected.len() + 3);
    }
}

#[test]
fn unusable_state_files_are_rejected_with_the_reason() {
    let place = ArnContext::new();
    assert!(matches!(
        refused(place.folder.path(), None),
        StateErrorKind::System("opening it", _)
    ));
    let nowhere = place.folder.path().join("no/such/folder");
    assert!(matches!(
        refused(&nowhere, None),
        StateErrorKind::System("opening it", _)
    ));

    let bench = place.begin(SeedKind::Empty);
    bench.create("two", &two_jobs());
    bench.create("three", &two_jobs());
    assert!(matches!(
        refused(&place.file(), None),
        StateErrorKind::InUse
    ));
    drop(bench);
    assert!(matches!(
        refused(&place.file(), Some(SeedKind::Demo)),
        StateErrorKind::OtherOption { option: "seed", .. }
    ));

    let good = fs::read_to_string(place.file()).expect("a state file");
    let written = |text: &str| fs::write(place.file(), text).expect("a file");
    for broken in [
        "{\"at\":1,\"changes\":[{\"went\":{\"key\":7}}]}",
        "{\"at\":1",
        "",
        "\u{0}",
    ] {
        let mut lines: Vec<&str> = good.lines().collect();
        lines.insert(2, broken);
        written(&(lines.join("\n") + "\n"));
        assert!(
            matches!(
                refused(&place.file(), None),
                StateErrorKind::InvalidLine { line: 3, .. }
            ),
            "{broken}"
        );
    }
    for foreign in ["hello", "[]\n", "{\"a\": 1}\n", &good[..20], "\n"] {
        written(foreign);
        assert!(
            matches!(
                refused(&place.file(), None),
                StateErrorKind::NotAStateFile(_)
            ),
            "{foreign}"
        );
        assert_eq!(
            fs::read_to_string(place.file()).expect("a file"),
            foreign,
            "it is left alone"
        );
    }
    written(&good.replacen("\"sluicegate_state\":1", "\"sluicegate_state\":3", 1));
    assert!(matches!(
        refused(&place.file(), None),
        StateErrorKind::NewerFormat(3)
    ));
}
