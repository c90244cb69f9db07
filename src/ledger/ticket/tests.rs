use super::*;

const KEY: &[u8] = b"a key that nobody else knows";

fn now() -> Timestamp {
    Timestamp::from_millisecond(1_780_000_000_123).unwrap()
}

#[test]
fn a_genuine_ticket_tells_its_nonce_and_time() {
    let seal = Seal::new(KEY);
    let ticket = seal.ticket("ana", Action::Stop, "default", "abc123", now());
    let again = seal.ticket("ana", Action::Stop, "default", "abc123", now());
    let verify = |ticket: &str| seal.verify(ticket, "ana", Action::Stop, "default", "abc123");
    let (first, second) = (verify(&ticket).unwrap(), verify(&again).unwrap());
    assert_eq!(first.made, now());
    assert_ne!(first.nonce, second.nonce);
    assert!(
        ticket
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'.')
    );
}

#[test]
fn a_ticket_is_good_for_one_person_action_workspace_and_target_alone() {
    let seal = Seal::new(KEY);
    let ticket = seal.ticket("ana", Action::Stop, "default", "abc123", now());
    let verify =
        |person, action, workspace, target| seal.verify(&ticket, person, action, workspace, target);
    assert!(verify("ana", Action::Stop, "default", "abc123").is_some());
    assert_eq!(verify("bob", Action::Stop, "default", "abc123"), None);
    assert_eq!(verify("ana", Action::Retry, "default", "abc123"), None);
    assert_eq!(verify("ana", Action::Stop, "other", "abc123"), None);
    assert_eq!(verify("ana", Action::Stop, "default", "abc124"), None);
    // Text must not move from one field into the next.
    assert_eq!(verify("ana", Action::Stop, "defaulta", "bc123"), None);
    let other = Seal::new(b"another key");
    let foreign = other.verify(&ticket, "ana", Action::Stop, "default", "abc123");
    assert_eq!(foreign, None);
}

#[test]
fn no_character_of_a_ticket_can_be_changed_added_or_left_out() {
    let seal = Seal::new(KEY);
    let ticket = seal.ticket("ana", Action::Start, "default", "daily", now());
    let verify = |ticket: &str| seal.verify(ticket, "ana", Action::Start, "default", "daily");
    for at in 0..ticket.len() {
        let mut forged = ticket.clone().into_bytes();
        forged[at] = if forged[at] == b'0' { b'1' } else { b'0' };
        let forged = String::from_utf8(forged).unwrap();
        assert_eq!(verify(&forged), None, "{forged}");
        assert_eq!(verify(&ticket[..at]), None);
    }
    assert_eq!(verify(&format!("{ticket}0")), None);
    assert_eq!(verify(&format!("{ticket}00")), None);
    assert_eq!(verify("v1.é"), None);
}

proptest::proptest! {
    #[test]
    fn whatever_is_sent_as_a_ticket_is_refused_unless_it_is_one(text in ".{0,200}", bytes in "[0-9a-f]{0,140}") {
        let seal = Seal::new(KEY);
        for ticket in [text.clone(), bytes.clone(), format!("{VERSION}{bytes}"), format!("{VERSION}{text}")] {
            proptest::prop_assert!(seal.verify(&ticket, "ana", Action::Stop, "default", "abc123").is_none());
        }
    }

    #[test]
    fn a_ticket_with_one_letter_changed_is_none(at in 0_usize..200, letter in "[0-9a-fv1.A-F]") {
        let seal = Seal::new(KEY);
        let ticket = seal.ticket("ana", Action::Stop, "default", "abc123", now());
        let mut changed = ticket.clone();
        let at = at % changed.len();
        changed.replace_range(at..=at, &letter);
        if !changed.eq_ignore_ascii_case(&ticket) {
            proptest::prop_assert!(seal.verify(&changed, "ana", Action::Stop, "default", "abc123").is_none());
        }
    }
}
