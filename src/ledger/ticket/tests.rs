use super::*;

const SIGNING_KEY: &[u8] = b"a key that nobody else knows";

fn now() -> Timestamp {
    Timestamp::from_millisecond(1_780_000_000_123).unwrap()
}

#[test]
fn a_genuine_ticket_holds_its_nonce_and_time() {
    let signer = TicketSigner::new(SIGNING_KEY);
    let ticket = signer.ticket("ana", Action::Stop, "default", "abc123", now());
    let again = signer.ticket("ana", Action::Stop, "default", "abc123", now());
    let verify = |ticket: &str| signer.verify(ticket, "ana", Action::Stop, "default", "abc123");
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
    let signer = TicketSigner::new(SIGNING_KEY);
    let ticket = signer.ticket("ana", Action::Stop, "default", "abc123", now());
    let verify = |person, action, workspace, target| {
        signer.verify(&ticket, person, action, workspace, target)
    };
    assert!(verify("ana", Action::Stop, "default", "abc123").is_some());
    assert_eq!(verify("bob", Action::Stop, "default", "abc123"), None);
    assert_eq!(verify("ana", Action::Retry, "default", "abc123"), None);
    assert_eq!(verify("ana", Action::Stop, "other", "abc123"), None);
    assert_eq!(verify("ana", Action::Stop, "default", "abc124"), None);
    // Text must not move from one field into the next.
    assert_eq!(verify("ana", Action::Stop, "defaulta", "bc123"), None);
    let other = TicketSigner::new(b"another key");
    let by_other_key = other.verify(&ticket, "ana", Action::Stop, "default", "abc123");
    assert_eq!(by_other_key, None);
}

#[test]
fn no_character_of_a_ticket_can_be_changed_added_or_left_out() {
    let signer = TicketSigner::new(SIGNING_KEY);
    let ticket = signer.ticket("ana", Action::Start, "default", "daily", now());
    let verify = |ticket: &str| signer.verify(ticket, "ana", Action::Start, "default", "daily");
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
        let signer = TicketSigner::new(SIGNING_KEY);
        for ticket in [text.clone(), bytes.clone(), format!("{TICKET_PREFIX}{bytes}"), format!("{TICKET_PREFIX}{text}")] {
            proptest::prop_assert!(signer.verify(&ticket, "ana", Action::Stop, "default", "abc123").is_none());
        }
    }

    #[test]
    fn a_ticket_with_one_letter_changed_is_refused(at in 0_usize..200, letter in "[0-9a-fv1.A-F]") {
        let signer = TicketSigner::new(SIGNING_KEY);
        let ticket = signer.ticket("ana", Action::Stop, "default", "abc123", now());
        let mut changed = ticket.clone();
        let at = at % changed.len();
        changed.replace_range(at..=at, &letter);
        if !changed.eq_ignore_ascii_case(&ticket) {
            proptest::prop_assert!(signer.verify(&changed, "ana", Action::Stop, "default", "abc123").is_none());
        }
    }
}
