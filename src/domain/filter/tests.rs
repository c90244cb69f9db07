use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::search::SearchQuery;

fn parse(text: &str) -> Filter {
    Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn fault(text: &str) -> (&str, FilterFault) {
    let error = Filter::parse(text).expect_err(text);
    (&text[error.span], error.fault)
}

/// Saturday, 28 November 2026, 17:20 in Berlin.
fn moment() -> FilterMoment {
    FilterMoment {
        now: "2026-11-28T16:20:00Z".parse().expect("a time"),
        zone: TimeZone::get("Europe/Berlin").expect("a zone"),
    }
}

fn started(text: &str) -> (String, String) {
    let groups = parse(text).resolve(&moment());
    let [group] = groups.required.as_slice() else {
        panic!("{groups:?}")
    };
    let [Test::Started(range)] = group.as_slice() else {
        panic!("{group:?}")
    };
    let shown = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    (shown(range.from), shown(range.before))
}

#[test]
fn a_filter_is_written_in_its_normal_form() {
    for (typed, normal) in [
        ("", ""),
        ("  churn   model ", "churn model"),
        ("STATUS:Failed,Stopped", "status:Failed,Stopped"),
        ("-Name~\"a b\"", "-name~\"a b\""),
        ("name:\"plain\"", "name:plain"),
        ("name:\"a*\" name:a*", "name:\"a*\" name:a*"),
        (
            r#"reason~"say \"no\" \\ now""#,
            r#"reason~"say \"no\" \\ now""#,
        ),
        ("param.LearningRate>=0.1", "param.LearningRate>=0.1"),
        ("param.\"a:b\":1", "param.\"a:b\":1"),
        ("PARAM.x:1", "param.x:1"),
        (
            "since:last-night until:\"2026-11-23 14:00\"",
            "since:last-night until:\"2026-11-23 14:00\"",
        ),
        (
            "\"two words\" -\"not these\"",
            "\"two words\" -\"not these\"",
        ),
        ("s3://bucket/key?a=b", "s3://bucket/key?a=b"),
        (
            "https://x/y arn:aws:sagemaker:eu-west-1:1:pipeline/x",
            "https://x/y arn:aws:sagemaker:eu-west-1:1:pipeline/x",
        ),
        ("team=risk 12:30 --x", "team=risk 12:30 --x"),
        ("duration>1h30m gone:no", "duration>1h30m gone:no"),
    ] {
        assert_eq!(parse(typed).to_string(), normal, "{typed}");
    }
}

#[test]
fn a_mistake_is_found_where_it_is() {
    use FilterFault as Fault;
    assert_eq!(
        fault("a colour:red"),
        ("colour", Fault::UnknownField("colour".into()))
    );
    assert_eq!(fault("status:"), ("", Fault::ValueMissing(Field::Status)));
    assert_eq!(
        fault("status:Failed,"),
        ("", Fault::ValueMissing(Field::Status))
    );
    assert_eq!(
        fault("x status=Failed"),
        ("=", Fault::EqualsSign(Field::Status))
    );
    assert_eq!(
        fault("status>Failed"),
        ("status>", Fault::Comparison(Field::Status, Operator::Above))
    );
    assert_eq!(
        fault("since>today"),
        ("since>", Fault::Comparison(Field::Since, Operator::Above))
    );
    assert_eq!(fault("name:\"open x"), ("\"open x", Fault::OpenQuote));
    assert_eq!(fault("name:\"a\"b c"), ("b", Fault::AfterQuote));
    assert_eq!(fault("- x"), ("-", Fault::NothingToExclude));
    assert_eq!(fault("param:3"), ("param", Fault::NameMissing("param")));
    assert_eq!(fault("param.:3"), ("param.", Fault::NameMissing("param")));
    assert_eq!(
        fault("version:two"),
        ("two", Fault::NotA(FieldKind::Number, "two".into()))
    );
    assert_eq!(
        fault("param.x>big"),
        ("big", Fault::NotA(FieldKind::Number, "big".into()))
    );
    assert_eq!(
        fault("since:someday"),
        ("someday", Fault::NotA(FieldKind::Bound, "someday".into()))
    );
    assert_eq!(
        fault("duration>5"),
        ("5", Fault::NotA(FieldKind::Duration, "5".into()))
    );
    assert_eq!(
        fault("gone:maybe"),
        ("maybe", Fault::NotA(FieldKind::YesNo, "maybe".into()))
    );
    assert_eq!(
        fault("x cost>3"),
        ("cost>3", Fault::NotAvailable(Field::Cost))
    );
    let many = "a ".repeat(MAX_FILTER_TERMS) + "b";
    assert_eq!(fault(&many), ("b", Fault::TooManyTerms));
    let long = "é".repeat(MAX_FILTER_BYTES);
    assert_eq!(
        Filter::parse(&long).expect_err("too long").fault,
        Fault::TooLong(long.len())
    );
}

#[test]
fn times_are_those_of_the_readers_clock() {
    let range = |from: &str, before: &str| (from.to_owned(), before.to_owned());
    for (text, from, before) in [
        (
            "started:today",
            "2026-11-27T23:00:00Z",
            "2026-11-28T23:00:00Z",
        ),
        (
            "started:yesterday",
            "2026-11-26T23:00:00Z",
            "2026-11-27T23:00:00Z",
        ),
        (
            "started:last-night",
            "2026-11-27T17:00:00Z",
            "2026-11-28T07:00:00Z",
        ),
        (
            "started:saturday",
            "2026-11-27T23:00:00Z",
            "2026-11-28T23:00:00Z",
        ),
        (
            "started:Sunday",
            "2026-11-21T23:00:00Z",
            "2026-11-22T23:00:00Z",
        ),
        ("started:24h", "2026-11-27T16:20:00Z", ""),
        ("since:90m", "2026-11-28T14:50:00Z", ""),
        ("since:yesterday", "2026-11-26T23:00:00Z", ""),
        ("until:yesterday", "", "2026-11-27T23:00:00Z"),
        ("until:2026-11-23", "", "2026-11-23T23:00:00Z"),
        ("started>2026-11-23", "2026-11-23T23:00:00Z", ""),
        ("started<2026-11-23T14:00", "", "2026-11-23T13:00:00Z"),
        (
            "started:2026-11-23T14:00Z",
            "2026-11-23T14:00:00Z",
            "2026-11-23T14:01:00Z",
        ),
        (
            "started:2026-11-23T14:00:05+02:00",
            "2026-11-23T12:00:05Z",
            "2026-11-23T12:00:06Z",
        ),
        ("started<7d", "", "2026-11-21T16:20:00Z"),
    ] {
        assert_eq!(started(text), range(from, before), "{text}");
    }
}

#[test]
fn values_of_a_field_are_alternatives_and_fields_hold_together() {
    let groups = parse("status:Failed name~a status:Stopped,x* -status:Failed churn model")
        .resolve(&moment());
    let status = |test| Test::Text(Field::Status, test);
    let word = |text: &str| vec![Test::Words(SearchQuery::from(text))];
    assert_eq!(
        groups.required,
        [
            vec![
                status(TextTest::Is("failed".into())),
                status(TextTest::Is("stopped".into())),
                status(TextTest::Like(vec!["x".into(), String::new()])),
            ],
            vec![Test::Text(Field::Name, TextTest::Contains("a".into()))],
            word("churn"),
            word("model"),
        ]
    );
    assert_eq!(groups.excluded, [status(TextTest::Is("failed".into()))]);
    let groups = parse("param.LR>0.1 param.lr:abc").resolve(&moment());
    assert_eq!(groups.required.len(), 1);
    assert_eq!(groups.required[0].len(), 2);
}

#[test]
fn a_metric_is_compared_by_its_name_in_any_case() {
    let groups = parse("metric.\"Validation:AUC\">=0.9").resolve(&moment());
    let at_least = NumberTest {
        operator: Operator::AtLeast,
        number: 0.9,
    };
    let test = Test::Metric("validation:auc".into(), at_least);
    assert_eq!(groups.required, [[test]]);
    assert_eq!(
        fault("metric.auc:high"),
        ("high", FilterFault::NotA(FieldKind::Number, "high".into()))
    );
    assert_eq!(
        fault("metric.auc~9"),
        (
            "metric.auc~",
            FilterFault::Comparison(Field::Metric("auc".into()), Operator::Contains)
        )
    );
}

#[test]
fn a_lower_and_an_upper_bound_of_a_field_are_a_range() {
    let required = |text: &str| parse(text).resolve(&moment()).required;
    let minutes = |number: i64| Some(number * 60_000_000);
    let above = Test::Duration(minutes(10).map(|at| at + 1), None);
    let below = Test::Duration(None, minutes(60));
    let exact = Test::Duration(minutes(1), minutes(1).map(|at| at + 1_000_000));
    assert_eq!(
        required("duration>10m x duration<1h"),
        [
            vec![above.clone()],
            vec![below.clone()],
            vec![Test::Words(SearchQuery::from("x"))],
        ]
    );
    assert_eq!(
        required("duration<1h duration:1m duration>10m"),
        [vec![exact.clone(), above.clone()], vec![exact, below]]
    );
    // In one direction they are alternatives as ever.
    let same = required("duration>10m duration>=1h");
    assert_eq!(same, [vec![above, Test::Duration(minutes(60), None)]]);
    for text in [
        "version>=2 version<5",
        "param.LR>0.1 param.lr<=0.5",
        "started>yesterday started<today",
        "ended>=24h ended<1h",
    ] {
        assert_eq!(required(text).len(), 2, "{text}");
    }
    let excluded = parse("-duration>10m -duration<1h").resolve(&moment());
    assert_eq!((excluded.required.len(), excluded.excluded.len()), (0, 2));
}

#[test]
fn a_pattern_holds_of_what_has_its_pieces_in_order() {
    let like = |pattern: &str, text: &str| {
        let pieces = pattern.split('*').map(str::to_owned).collect();
        TextTest::Like(pieces).holds(text)
    };
    assert!(like("a*", "abc") && like("*c", "abc") && like("a*c", "abc") && like("*", ""));
    assert!(like("*b*", "abc") && like("a*b*c", "a-b-b-c"));
    assert!(!like("a*a", "a") && !like("b*", "abc") && !like("a*c*b", "abc"));
}

#[test]
fn choosing_changes_the_text() {
    let none = Filter::default();
    let failed = none.toggled(&Field::Status, "Failed");
    assert_eq!(failed.to_string(), "status:Failed");
    let both = failed.toggled(&Field::Status, "Stopped");
    assert_eq!(both.to_string(), "status:Failed,Stopped");
    assert_eq!(
        both.toggled(&Field::Status, "failed").to_string(),
        "status:Stopped"
    );
    assert_eq!(failed.toggled(&Field::Status, "Failed").to_string(), "");
    assert_eq!(both.inverted(0).to_string(), "-status:Failed,Stopped");
    assert_eq!(parse("a name:b c").without(1).to_string(), "a c");
    let named = parse("a").with(Term::is(Field::Name, "b, c"));
    assert_eq!(named.to_string(), "a name:\"b, c\"");
    assert_eq!(named.and(&parse("a d")).to_string(), "a name:\"b, c\" d");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_where_it_is_wrong(text in any::<String>()) {
        match Filter::parse(&text) {
            Ok(filter) => {
                let normal = filter.to_string();
                prop_assert_eq!(&parse(&normal), &filter);
                prop_assert_eq!(parse(&normal).to_string(), normal);
                filter.resolve(&moment());
            }
            Err(error) => prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}"),
        }
    }

    #[test]
    fn texts_of_terms_are_read_or_refused_where_they_are_wrong(
        text in "((-)?(status|name|param\\.[a\"é.]|id|step|started|duration|version|tag|x)(:|~|>=|<|=)(\"[a *,\\\\é\"]{0,4}\"|[a*,9hm5\\\\\"%_-]{0,4}|today|90m)[ ,]?){0,5}",
    ) {
        match Filter::parse(&text) {
            Ok(filter) => {
                prop_assert_eq!(&parse(&filter.to_string()), &filter);
                filter.resolve(&moment());
            }
            Err(error) => prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}"),
        }
    }

    #[test]
    fn any_value_survives_being_written(value in any::<String>(), name in "[^\\x00-\\x1f]{1,8}") {
        for field in [Field::Name, Field::Param(name)] {
            let filter = Filter::default().with(Term::is(field, value.clone()));
            let text = filter.to_string();
            prop_assume!(text.len() <= MAX_FILTER_BYTES);
            prop_assert_eq!(parse(&text), filter);
        }
    }
}
