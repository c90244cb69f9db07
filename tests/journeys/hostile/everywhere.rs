//! Hostile names and texts in every field that others fill, on every page.

use serde_json::{Value, json};

use crate::support::crawl::{Crawl, MARK};
use crate::support::page::set;
use crate::support::proxied::{HEADER_MODE, Visitor};
use crate::support::{ProxiedConsole, Requester, pipelines};

/// Everything that a careless page would take for markup. Each element and attribute holds the mark.
const MARKUP: &str = "<zqx-a zqx-b=1><script zqx-c>alert(1)</script><img zqx-d src=x onerror=alert(1)>\
                      <svg/onload=alert(1)></title></textarea></script></style></svg></option><zqx-e><!--";
const QUOTES: &str = "\" zqx-f=1 onmouseover=alert(1) hx-get=/zqx hx-on:load=alert(1) style=x \
                      ' zqx-g=2 onfocus=alert(2) autofocus zqx=`";
const ADDRESS: &str = "javascript:alert(1)";
const TEMPLATE: &str = "{{7*7}}{% zqx %}${7*7}<%= 7*7 %>&lt;zqx-h&gt;&#60;zqx-i&#62;";
const LINES: &str = "zqx\r\nSet-Cookie: zqx=1\r\n\r\n<zqx-j>";
const TURNED: &str = "\u{202e}gnp.exe\u{2066}\u{200b}<zqx-k>";

const ALL: [&str; 6] = [MARKUP, QUOTES, ADDRESS, TEMPLATE, LINES, TURNED];

/// Everybody who is known does everything.
const OPEN: &str = "
[[access]]
groups = [\"<zqx-l>\\\"zqx-m='\"]
role = \"admin\"
";

fn definition() -> Value {
    let names = ALL.map(|text| json!({"Name": text, "Type": "String", "DefaultValue": text}));
    let chosen =
        json!({"Name": "Chosen", "Type": "String", "EnumValues": ALL, "DefaultValue": MARKUP});
    let mut steps: Vec<Value> = Vec::new();
    for (at, text) in ALL.iter().enumerate() {
        let mut step = pipelines::plain()["Steps"][0].clone();
        step["Name"] = json!(format!("{at}{text}"));
        step["DisplayName"] = json!(text);
        step["Description"] = json!(text);
        step["Arguments"]["AppSpecification"]["ImageUri"] = json!(text);
        step["Arguments"][*text] = json!({"Get": format!("Parameters.{text}")});
        if at > 0 {
            step["DependsOn"] = json!([format!("{}{}", at - 1, ALL[at - 1])]);
        }
        steps.push(step);
    }
    steps.push(json!({"Name": MARKUP, "Type": MARKUP, "Arguments": {QUOTES: MARKUP}}));
    steps.push(json!({"Name": "Fails", "Type": "Fail", "Arguments": {"ErrorMessage": MARKUP}}));
    let parameters: Vec<Value> = names.into_iter().chain([chosen]).collect();
    json!({"Version": "2020-12-01", "Metadata": {QUOTES: MARKUP}, "Parameters": parameters, "Steps": steps})
}

/// A console full of it, whose visitor has a hostile name and group.
async fn hostile() -> (ProxiedConsole, Visitor, Vec<String>) {
    let proxied = ProxiedConsole::with(&format!("{HEADER_MODE}{OPEN}")).await;
    let emulator = &proxied.emulator;
    let mut addresses = Vec::new();
    for (at, text) in [MARKUP, QUOTES, ADDRESS, TEMPLATE, TURNED]
        .iter()
        .enumerate()
    {
        let name = format!("odd-{at}{}", "n".repeat(if at == 0 { 200 } else { 0 }));
        emulator
            .create_described(&name, text, &pipelines::plain())
            .await;
        emulator.fail_next(&name, "Clean", text).await;
        let input = json!({
            "PipelineName": name,
            "PipelineExecutionDisplayName": "run",
            "PipelineExecutionDescription": text,
            "ClientRequestToken": format!("{:0>40}", at),
        });
        let started = emulator.call("StartPipelineExecution", input).await;
        let arn = started["PipelineExecutionArn"].as_str().expect("an ARN");
        let id = arn.rsplit('/').next().unwrap_or_default();
        addresses.push(format!("/w/default/pipelines/{name}/executions/{id}"));
    }
    emulator.advance(7200).await;
    emulator.create_pipeline("odd", &pipelines::waiting()).await;
    let id = emulator.start("odd", "waits", &[]).await;
    emulator.advance(1).await;
    emulator.redefine("odd", &definition().to_string()).await;
    addresses.push(format!("/w/default/pipelines/odd/executions/{id}"));
    let headers = [
        ("X-Forwarded-User", "<zqx-n>\" zqx-o=1 '{{7*7}}</title>"),
        (
            "X-Forwarded-Groups",
            "<zqx-l>\"zqx-m=',javascript:alert(1),<script zqx-p>",
        ),
        ("X-Forwarded-For", "203.0.113.7"),
        ("User-Agent", "<zqx-q>\" zqx-r=1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let visitor = proxied.visitor(&headers);
    (proxied, visitor, addresses)
}

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Addresses and searches that no page links to.
fn hostile_addresses() -> Vec<String> {
    let mut addresses = Vec::new();
    for text in ALL.map(percent) {
        for path in [
            "/{}",
            "/w/{}/pipelines",
            "/w/{}/models",
            "/w/{}/pipelines/odd/executions",
            "/w/default/pipelines/{}",
            "/w/default/pipelines/{}/executions/new",
            "/w/default/pipelines/{}/definition.json",
            "/w/default/pipelines/odd/executions/{}",
            "/w/default/pipelines/odd/executions/{}/stop",
            "/w/default/pipelines/odd/executions/{}/steps/{}",
            "/w/default/pipelines/odd/executions/new?copy={}",
            "/w/default/pipelines/odd/executions/new?name={}&description={}&p.Chosen={}&p.{}={}",
            "/w/default/pipelines/odd/executions/new?check=name&name={}",
            "/w/default/pipelines/odd/executions?q={}&status={}&from={}&sort={}&page={}",
            "/w/default/pipelines/odd/graph?step={}&{}={}",
            "/w/default/pipelines?q={}&sort={}&order={}&page={}&{}={}",
            "/w/default/models?q={}&sort={}",
            "/me?ws={}&pipeline={}",
            "/activity?person={}&pipeline={}",
            "/activity?action={}&outcome={}&from={}&to={}",
            "/activity?before={}&workspace={}",
            "/static/{}",
            "/w/default/pipelines?embed=1&theme={}",
            "/w/default/pipelines?embed={}",
        ] {
            addresses.push(path.replace("{}", &text));
        }
    }
    addresses
}

#[tokio::test]
async fn no_text_of_others_is_markup_on_any_page() {
    let (proxied, visitor, addresses) = hostile().await;
    let executions = "/w/default/pipelines/odd-1/executions";
    let mut start = visitor
        .page(&format!("{executions}/new"))
        .await
        .form(executions);
    set(&mut start, "description", QUOTES);
    let place = visitor
        .post(Requester::Browser, executions, &start)
        .await
        .expect(303);
    let place = place.location().to_owned();
    proxied.emulator.advance(1).await;
    let stop = format!("{place}/stop");
    let mut form = visitor.page(&stop).await.form(&stop);
    set(&mut form, "reason", &format!("{MARKUP}{QUOTES}"));
    visitor
        .post(Requester::Browser, &stop, &form)
        .await
        .expect(303);
    set(&mut start, "name", MARKUP);
    set(&mut start, MARKUP, QUOTES);
    let refused = visitor.post(Requester::Browser, executions, &start).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);

    let mut crawl = Crawl::new(visitor.clone(), "", false, 12).from("/");
    for address in addresses.into_iter().chain([place]) {
        crawl = crawl.from(address);
    }
    let (mut marked, mut visited) = (0, 0);
    crawl
        .run(|answer| {
            visited += 1;
            marked += usize::from(answer.text().contains(MARK));
            let head = format!("{:?}", answer.headers);
            assert!(!head.contains("set-cookie"), "{}: {head}", answer.address);
        })
        .await;
    assert!(marked > 20, "only {marked} pages show any of it");
    let mut others = Crawl::new(visitor, "", false, ALL.len());
    for address in hostile_addresses() {
        others = others.from(address);
    }
    others.run(|_| visited += 1).await;
    println!("hostile: {visited} answers, {marked} of them with hostile texts");
}
