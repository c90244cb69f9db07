//! Lists: pages, order, windows, prefixes.

use super::*;

/// Pipelines of these names, made a second apart.
fn bench(names: &[&str]) -> Bench {
    let bench = Bench::empty();
    for name in names {
        bench.create(name, &two_jobs());
        bench.advance(1.0);
    }
    bench
}

fn names(answer: &Value) -> Vec<&str> {
    let summaries = answer["PipelineSummaries"].as_array().expect("a list");
    summaries
        .iter()
        .filter_map(|one| one["PipelineName"].as_str())
        .collect()
}

#[test]
fn pages_survive_what_is_added_and_deleted_between_them() {
    let bench = bench(&["a", "b", "c", "d", "e"]);
    let mut body = json!({"SortBy": "Name", "SortOrder": "Ascending", "MaxResults": 2});
    let first = bench.ok("ListPipelines", body.clone());
    assert_eq!(names(&first), ["a", "b"]);
    bench.ok("DeletePipeline", json!({"PipelineName": "b"}));
    bench.ok("DeletePipeline", json!({"PipelineName": "c"}));
    bench.create("aa", &two_jobs());
    bench.create("bb", &two_jobs());
    body["NextToken"] = first["NextToken"].clone();
    let second = bench.ok("ListPipelines", body.clone());
    assert_eq!(names(&second), ["bb", "d"]);
    body["NextToken"] = second["NextToken"].clone();
    // The size of a page may change on the way; what the list is a list of may not.
    body["MaxResults"] = json!(100);
    let last = bench.ok("ListPipelines", body.clone());
    assert_eq!(names(&last), ["e"]);
    assert!(last.get("NextToken").is_none());
    body["PipelineNamePrefix"] = json!("d");
    assert_eq!(
        bench.refused("ListPipelines", body).0,
        ErrorCode::Validation
    );
}

#[test]
fn ties_are_in_one_order_on_all_pages() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    for _ in 0..7 {
        bench.start("two");
    }
    for order in ["Ascending", "Descending"] {
        for by in ["CreationTime", "PipelineExecutionArn"] {
            let ask = |size: usize, token: Option<&Value>| {
                let mut body = json!({"PipelineName": "two", "SortBy": by, "SortOrder": order, "MaxResults": size});
                if let Some(token) = token {
                    body["NextToken"] = token.clone();
                }
                bench.ok("ListPipelineExecutions", body)
            };
            let arns = |answer: &Value| -> Vec<Value> {
                let all = answer["PipelineExecutionSummaries"]
                    .as_array()
                    .expect("a list");
                all.iter()
                    .map(|one| one["PipelineExecutionArn"].clone())
                    .collect()
            };
            let whole = arns(&ask(100, None));
            let mut page = ask(3, None);
            let mut paged = arns(&page);
            while let Some(token) = page.get("NextToken").cloned() {
                page = ask(3, Some(&token));
                paged.extend(arns(&page));
            }
            assert_eq!(paged, whole, "{order} {by}");
        }
    }
}

#[test]
fn time_windows_exclude_their_ends() {
    let bench = bench(&["a", "b", "c"]);
    let created = |name: &str| {
        bench.ok("DescribePipeline", json!({"PipelineName": name}))["CreationTime"].clone()
    };
    let (a, c) = (created("a"), created("c"));
    let between = json!({"CreatedAfter": a, "CreatedBefore": c});
    assert_eq!(names(&bench.ok("ListPipelines", between)), ["b"]);
    let before = json!({"CreatedBefore": a});
    assert!(names(&bench.ok("ListPipelines", before)).is_empty());
}

#[test]
fn the_newest_come_first_unless_asked_otherwise() {
    let bench = bench(&["pear", "apple", "Plum", "peach"]);
    assert_eq!(
        names(&bench.ok("ListPipelines", json!({}))),
        ["peach", "Plum", "apple", "pear"]
    );
    let prefix = json!({"PipelineNamePrefix": "pea", "SortOrder": "Ascending"});
    assert_eq!(names(&bench.ok("ListPipelines", prefix)), ["pear", "peach"]);
    let managed = json!({"ManagedBy": "AWS"});
    assert!(names(&bench.ok("ListPipelines", managed)).is_empty());
}
