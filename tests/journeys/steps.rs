//! What a step was given, what it made, where its log is; and what the banner says of it.

use crate::support::{Page, Stage, eventually, pipelines};

/// An execution of the training pipeline with these parameters, run to its end, and its address.
async fn ended(parameters: &[(&str, &str)]) -> (Stage, String) {
    let stage = Stage::empty().await;
    let emulator = &stage.emulator;
    emulator
        .create_pipeline("churn", &pipelines::training())
        .await;
    let given = [&[("Stage", "test")], parameters].concat();
    let id = emulator.start("churn", "nightly", &given).await;
    emulator.advance(7200).await;
    let execution = stage.execution("churn", &id);
    (stage, execution)
}

/// The value of an argument, and what it comes from.
fn argument(page: &Page, path: &str) -> (String, String) {
    let shown = page.all("[data-argument]");
    let shown = shown
        .iter()
        .find(|value| value.attribute("data-argument") == path);
    let shown = shown.unwrap_or_else(|| panic!("no {path}: {}", page.text()));
    (shown.text(), shown.attribute("data-source"))
}

fn pair(value: &str, source: &str) -> (String, String) {
    (value.to_owned(), source.to_owned())
}

#[tokio::test]
async fn a_step_shows_its_arguments_as_the_execution_used_them() {
    let (stage, execution) = ended(&[("Instances", "3")]).await;
    let page = stage
        .console
        .page(&format!("{execution}/steps/Train/inputs"))
        .await;
    assert_eq!(
        argument(&page, "ResourceConfig.InstanceCount"),
        pair("3", "Parameters.Instances")
    );
    assert_eq!(
        argument(&page, "ResourceConfig.VolumeSizeInGB"),
        pair("30", "")
    );
    let reference = "Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri";
    let (uri, source) = argument(&page, "InputDataConfig[0].DataSource.S3DataSource.S3Uri");
    assert!(uri.starts_with("s3://"), "{uri}");
    assert_eq!(source, reference);
    let links = page.values("href");
    let parameter = format!("{execution}/parameters#parameter-Instances");
    assert!(links.contains(&parameter), "{links:?}");
    let parameters = stage.console.page(&format!("{execution}/parameters")).await;
    assert!(parameters.has("#parameter-Instances"));
}

#[tokio::test]
async fn a_condition_shows_the_values_that_it_compared() {
    let (stage, execution) = ended(&[]).await;
    let page = stage
        .console
        .page(&format!("{execution}/steps/Check"))
        .await;
    assert_eq!(
        argument(&page, "Conditions[0].LeftValue"),
        pair("0.5", "Parameters.Threshold")
    );
    assert_eq!(argument(&page, "Conditions[0].RightValue"), pair("0.9", ""));
    assert!(
        page.one("#step")
            .text()
            .contains("0.5 ← Threshold ≤ 0.9 → True")
    );
}

#[tokio::test]
async fn each_tab_of_a_step_is_a_page_of_its_own() {
    let (stage, execution) = ended(&[]).await;
    let step = format!("{execution}/steps/Train");
    for (tab, expected) in [
        ("", "1 × ml.m5.xlarge"),
        ("/inputs", "AlgorithmSpecification.TrainingImage"),
        ("/outputs", "model.tar.gz"),
        ("/logs", "/aws/sagemaker/TrainingJobs"),
        ("/raw", "TrainingTimeInSeconds"),
    ] {
        let page = stage.console.page(&format!("{step}{tab}")).await;
        let panel = page.one("#step");
        assert!(panel.text().contains(expected), "{tab}: {}", panel.text());
        let current = panel.all("[aria-current]").remove(0);
        assert_eq!(current.attribute("href"), format!("{step}{tab}"));
    }
    let graph = format!("{execution}?step=Train&tab=outputs");
    let page = stage.console.page(&graph).await;
    assert!(page.one("#step").text().contains("model.tar.gz"));
    stage
        .console
        .get(&format!("{step}/other"))
        .await
        .expect(404);
    stage
        .console
        .get(&format!("{step}/result"))
        .await
        .expect(404);
}

/// An execution whose training failed for this reason, and its address.
async fn failed_because(reason: &str) -> (Stage, String) {
    let stage = Stage::empty().await;
    let emulator = &stage.emulator;
    emulator
        .create_pipeline("churn", &pipelines::training())
        .await;
    emulator.fail_next("churn", "Train", reason).await;
    let id = emulator
        .start("churn", "nightly", &[("Stage", "test")])
        .await;
    emulator.advance(7200).await;
    let execution = stage.execution("churn", &id);
    (stage, execution)
}

#[tokio::test]
async fn the_banner_says_what_helps_where_the_cause_is_one_that_recurs() {
    let denied = "AlgorithmError: User: arn:aws:sts::111122223333:assumed-role/a/<b> is not authorized to perform: \
                  s3:GetObject on resource: arn:aws:s3:::data/<script>";
    let (stage, execution) = failed_because(denied).await;
    let page = stage.console.page(&execution).await;
    let hint = page.one("#banner [data-hint]").text();
    assert!(
        hint.contains("lacks a permission: s3:GetObject on arn:aws:s3:::data/."),
        "{hint}"
    );
    let (stage, execution) = failed_because("AlgorithmError: see the log").await;
    let page = stage.console.page(&execution).await;
    assert!(page.one("#banner").text().contains("see the log"));
    assert!(!page.has("[data-hint]"));
}

#[tokio::test]
async fn a_failed_step_leads_to_its_log() {
    let (stage, execution) = failed_because("AlgorithmError: see the log").await;
    let log = "cloudwatch/home?region=eu-central-1#logsV2:log-groups/log-group/\
               $252Faws$252Fsagemaker$252FTrainingJobs$3FlogStreamNameFilter$3D";
    let leads = |page: &Page, part: &str| {
        let links = page.one(part).all("a[href]");
        let mut links = links.iter().map(|link| link.attribute("href"));
        assert!(links.any(|href| href.contains(log)), "{part}");
    };
    let step = stage
        .console
        .page(&format!("{execution}/steps/Train"))
        .await;
    leads(&step, "#banner");
    leads(&step, "#step");
    let steps = stage.console.page(&format!("{execution}/steps")).await;
    leads(&steps, "tr[data-step=\"Train\"]");
}

#[tokio::test]
async fn the_banner_says_what_an_execution_made() {
    let (stage, execution) = ended(&[]).await;
    eventually("the banner names the model", async || {
        let page = stage.console.page(&execution).await;
        let text = page.one("#banner").text();
        text.contains("Registered journeys v1, pending approval")
    })
    .await;
}

#[tokio::test]
async fn the_banner_says_which_check_stopped_an_execution() {
    let (stage, execution) = ended(&[("Threshold", "0.95")]).await;
    let page = stage.console.page(&execution).await;
    let banner = page.one("#banner").text();
    assert!(
        banner.contains("Stopped by a check: Check was False — 0.95 > 0.9"),
        "{banner}"
    );
    assert_eq!(banner.matches("not good enough").count(), 1, "{banner}");
    assert_eq!(
        page.one("#banner [data-shows-step]").text().trim(),
        "Show Give-Up"
    );
}

#[tokio::test]
async fn the_banner_says_since_when_an_answer_is_awaited() {
    let stage = Stage::empty().await;
    let emulator = &stage.emulator;
    emulator.create_pipeline("ask", &pipelines::waiting()).await;
    let id = emulator.start("ask", "nightly", &[]).await;
    emulator.advance(60).await;
    let execution = stage.execution("ask", &id);
    eventually("the banner says that it waits", async || {
        let page = stage.console.page(&execution).await;
        let banner = page.one("#banner");
        banner.text().contains("Ask-A-Person waits for an answer")
            && !banner.all("time[datetime]").is_empty()
    })
    .await;
}
