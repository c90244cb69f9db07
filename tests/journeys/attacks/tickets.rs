//! Tickets that were made for something else, long ago, or not at all.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Attack, EXECUTIONS, Scene, attack, header_mode, ticket, with_field};

const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn forged(scene: &Scene) -> Vec<Attack> {
    let genuine = ticket(&scene.form);
    let flipped = |at: usize| {
        let mut bytes = genuine.clone().into_bytes();
        bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
        String::from_utf8(bytes).expect("ASCII")
    };
    let mut rows = Vec::new();
    for (what, given) in [
        ("nothing", String::new()),
        ("nonsense", "nonsense".to_owned()),
        ("a version alone", "v1.".to_owned()),
        ("another version", genuine.replacen("v1.", "v2.", 1)),
        ("no version", genuine.replacen("v1.", "", 1)),
        ("zeros", format!("v1.{}", "0".repeat(112))),
        ("one digit less", genuine[..genuine.len() - 1].to_owned()),
        ("a byte less", genuine[..genuine.len() - 2].to_owned()),
        ("a byte more", format!("{genuine}00")),
        ("a space before", format!(" {genuine}")),
        ("a line break after", format!("{genuine}\n")),
        ("a NUL after", format!("{genuine}\0")),
        ("twice", format!("{genuine}{genuine}")),
        ("not hexadecimal", format!("v1.{}", "g".repeat(112))),
        ("another nonce", flipped(3)),
        ("another time", flipped(3 + 32 + 15)),
        ("another signature", flipped(genuine.len() - 1)),
        ("100,000 digits", format!("v1.{}", "0".repeat(100_000))),
        ("letters beyond ASCII", format!("v1.{}", "é".repeat(56))),
    ] {
        let form = with_field(&scene.form, "ticket", &given);
        rows.push(attack(
            format!("{what} for a ticket"),
            scene.post(EXECUTIONS, &form),
            403,
        ));
    }
    rows.push(attack("no form at all", scene.post(EXECUTIONS, ""), 403).or(422));
    let first = format!("ticket=nonsense&{}", scene.form);
    rows.push(attack(
        "a bad ticket before the good",
        scene.post(EXECUTIONS, &first),
        403,
    ));
    let header = scene
        .post(EXECUTIONS, &with_field(&scene.form, "ticket", ""))
        .add("X-CSRF-Token", &genuine)
        .add("Ticket", &genuine);
    rows.push(attack("a good ticket in headers", header, 403));
    let address = format!("{EXECUTIONS}?ticket={genuine}");
    let form = with_field(&scene.form, "ticket", "");
    rows.push(attack(
        "a good ticket in the address",
        scene.post(&address, &form),
        403,
    ));
    rows.into_iter()
        .map(|row| match row.statuses[..] {
            [403] => row.denied("forged_ticket"),
            _ => row,
        })
        .collect()
}

async fn borrowed(scene: &Scene) -> Vec<Attack> {
    let emulator = &scene.proxied.emulator;
    let second = emulator.start("plain", "runs-too", &[]).await;
    emulator.advance(1).await;
    let stop = scene.form_of(&scene.running("/stop")).await;
    let other = "/w/default/pipelines/other/executions";
    let of_other = scene.as_ada(&format!("{other}/new")).await.expect(200);
    let of_other = super::encoded(&of_other.page().form(other));
    let mut rows = Vec::new();
    for (who, groups) in [
        ("bob@example.com", "ml-ops"),
        ("ADA@example.com", "ml-ops"),
        ("ada@example.co", "ml-ops"),
        ("ada@example.comm", "ml-ops"),
        ("root@example.com", "admins"),
    ] {
        let shot = scene
            .start()
            .with("X-Forwarded-User", who)
            .with("X-Forwarded-Groups", groups);
        rows.push(attack(format!("ada's ticket, sent by {who}"), shot, 403));
    }
    let stop_ticket = with_field(&scene.form, "ticket", &ticket(&stop));
    rows.push(attack(
        "a stop's ticket for a start",
        scene.post(EXECUTIONS, &stop_ticket),
        403,
    ));
    let others = with_field(&scene.form, "ticket", &ticket(&of_other));
    rows.push(attack(
        "another pipeline's ticket",
        scene.post(EXECUTIONS, &others),
        403,
    ));
    rows.push(attack(
        "this pipeline's ticket for another",
        scene.post(other, &scene.form),
        403,
    ));
    for (tail, form) in [
        ("/stop", &scene.form),
        ("/resume", &stop),
        ("/retry", &stop),
        ("/resume", &scene.form),
        ("/retry", &scene.form),
    ] {
        let what = if *form == stop {
            "a stop's"
        } else {
            "a start's"
        };
        let shot = scene.post(&scene.running(tail), form);
        rows.push(attack(format!("{what} ticket for {tail}"), shot, 403).or(409));
    }
    let second = format!("{EXECUTIONS}/{second}/stop");
    rows.push(attack(
        "another execution's ticket",
        scene.post(&second, &stop),
        403,
    ));
    rows.into_iter()
        .map(|row| row.denied("forged_ticket"))
        .collect()
}

/// A ticket as the console itself would make it, at another time.
fn made(person: &str, workspace: &str, target: &str, milliseconds: i64, nonce: u8) -> String {
    let body = [&[nonce; 16][..], &milliseconds.to_be_bytes()].concat();
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).expect("any length will do");
    for field in ["v1.", person, "start", workspace, target] {
        mac.update(&(field.len() as u64).to_be_bytes());
        mac.update(field.as_bytes());
    }
    mac.update(&body);
    let signature = mac.finalize().into_bytes();
    format!("v1.{}{}", hex::encode(body), hex::encode(signature))
}

#[tokio::test]
async fn a_ticket_is_made_here() {
    let scene = Scene::open().await;
    scene.expect_refused("forged tickets", forged(&scene)).await;
    let writes = scene.writes().await;
    let genuine = ticket(&scene.form);
    for at in 0..genuine.len() {
        for bit in 0..7 {
            let mut bytes = genuine.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let Ok(bent) = String::from_utf8(bytes) else {
                continue;
            };
            // Hex in capitals is the same ticket.
            if bent.eq_ignore_ascii_case(&genuine) && at > 1 {
                continue;
            }
            // Every place, and of each one bit: the hash makes no difference between them.
            if bit != at % 7 && at > 5 {
                continue;
            }
            let form = with_field(&scene.form, "ticket", &bent);
            let reply = scene.send(&scene.post(EXECUTIONS, &form)).await;
            assert_eq!(reply.status, 403, "bit {bit} of {at}");
        }
    }
    assert_eq!(scene.writes().await, writes);
    scene.still_works(&scene.start()).await;
    println!("attacks: 1 held (a bit flipped at each place of a ticket)");
}

#[tokio::test]
async fn a_ticket_is_for_one_person_one_action_and_one_target() {
    let scene = Scene::open().await;
    let rows = borrowed(&scene).await;
    scene.expect_refused("borrowed tickets", rows).await;
    scene.still_works(&scene.start()).await;
}

#[tokio::test]
async fn a_ticket_has_its_time_and_workspace() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("key");
    std::fs::write(&file, KEY).expect("a key");
    let settings = format!(
        "{}\n[ledger]\nticket_lifetime = \"1h\"\nkey_file = {:?}\n",
        header_mode(""),
        file.to_str().expect("a plain path")
    );
    let scene = Scene::with(&settings).await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("now");
    let now = i64::try_from(now.as_millis()).expect("milliseconds");
    let with = |ticket: &str| scene.post(EXECUTIONS, &with_field(&scene.form, "ticket", ticket));
    let hours = |hours: i64| now + hours * 3_600_000;
    let ada = "ada@example.com";
    let mut rows = Vec::new();
    for (what, at) in [
        ("two hours old", hours(-2)),
        ("a year old", hours(-8760)),
        ("of 1970", 0),
        ("of before 1970", hours(-1_000_000)),
    ] {
        let row = attack(
            format!("a ticket {what}"),
            with(&made(ada, "default", "plain", at, 1)),
            409,
        );
        rows.push(row.denied("expired_ticket"));
    }
    for (what, made) in [
        ("of no time", made(ada, "default", "plain", i64::MIN, 1)),
        (
            "of the end of time",
            made(ada, "default", "plain", i64::MAX, 1),
        ),
        ("of another workspace", made(ada, "prod", "plain", now, 1)),
        ("of no workspace", made(ada, "", "plain", now, 1)),
        (
            "of fields that run together",
            made(ada, "defaultp", "lain", now, 1),
        ),
        ("without a person", made("", "default", "plain", now, 1)),
    ] {
        let row = attack(format!("a ticket {what}"), with(&made), 403);
        rows.push(row.denied("forged_ticket"));
    }
    scene.expect_refused("old tickets", rows).await;
    // What the rows were made with makes good ones too.
    scene
        .still_works(&with(&made(ada, "default", "plain", now, 2)))
        .await;
}

#[tokio::test]
async fn a_ticket_is_one_action_however_often_it_comes() {
    let mut scene = Scene::open().await;
    let shots: Vec<_> = (0..50).map(|_| scene.start()).collect();
    let replies = futures_util::future::join_all(shots.iter().map(|shot| scene.send(shot))).await;
    let places: BTreeSet<&str> = replies
        .iter()
        .map(|reply| {
            assert_eq!(reply.status, 303, "{reply}");
            reply.header("location")
        })
        .collect();
    assert_eq!(places.len(), 1, "{places:?}");
    let emulator = &scene.proxied.emulator;
    let started = scene.writes().await;
    let listed = emulator
        .call(
            "ListPipelineExecutions",
            serde_json::json!({"PipelineName": "plain"}),
        )
        .await;
    let listed = listed["PipelineExecutionSummaries"]
        .as_array()
        .map(Vec::len);
    assert_eq!(listed, Some(2), "the one that ran, and one more");
    // The same ticket in capitals is the same ticket.
    let capitals = ticket(&scene.form).to_uppercase().replacen("V1.", "v1.", 1);
    let form = with_field(&scene.form, "ticket", &capitals);
    let reply = scene.send(&scene.post(EXECUTIONS, &form)).await;
    assert_eq!(reply.header("location"), replies[0].header("location"));
    let mut rows = Vec::new();
    for (name, value) in [("name", "another"), ("description", "another")] {
        let form = with_field(&scene.form, name, value);
        let row = attack(
            format!("again with another {name}"),
            scene.post(EXECUTIONS, &form),
            409,
        );
        rows.push(row.denied("reused_ticket"));
    }
    scene.expect_refused("replays", rows).await;
    // A power cut makes no used ticket new.
    scene.proxied.restart();
    let reply = scene.send(&scene.start()).await;
    assert_eq!(reply.header("location"), replies[0].header("location"));
    assert_eq!(scene.writes().await, started);
    println!("attacks: 3 held (replays: 50 at once, in capitals, after a power cut)");
}
