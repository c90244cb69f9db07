//! The log of a training container: epochs with their metrics, progress bars, warnings in colour, and how it ended.

use super::container::{ContainerEnd, ContainerRun};
use super::writer::{Line, LogWriter};
use serde_json::Value;

/// Batches of an epoch.
const BATCHES: u64 = 24;
/// Nominal seconds of a batch.
const BATCH_SECONDS: f64 = 2.0;
/// One batch in so many is followed by a warning.
const BATCHES_PER_WARNING: u64 = 97;

/// Writes the log of a container.
pub fn write(log: &mut LogWriter, description: &Value, container: &ContainerRun) {
    begin(log, description);
    let metrics = metric_names(description);
    for epoch in 1.. {
        for batch in 1..=BATCHES {
            log.line(BATCH_SECONDS, |line| step(line, epoch, batch));
        }
        if !log.has_room(0.5) {
            break;
        }
        log.line(0.1, |_| progress_bar(epoch));
        log.line(0.2, |line| summary(line, epoch, &metrics));
    }
    end(log, description, &container.end);
}

fn begin(log: &mut LogWriter, description: &Value) {
    let image = &description["AlgorithmSpecification"]["TrainingImage"];
    let image = image.as_str().unwrap_or("the training image").to_owned();
    log.line(0.1, |line| {
        info(line, &format!("Container started: {image}"))
    });
    let mut parameters: Vec<(String, String)> = Vec::new();
    for (name, value) in description["HyperParameters"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        parameters.push((name.clone(), value));
    }
    for (name, value) in parameters {
        log.line(0.05, |line| {
            info(line, &format!("Hyperparameter {name} = {value}"))
        });
    }
    for channel in description["InputDataConfig"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let name = channel["ChannelName"].as_str().unwrap_or("training");
        let path = format!("/opt/ml/input/data/{name}");
        log.line(0.4, |line| {
            let rows = line.random.between(20_000, 900_000);
            info(line, &format!("Read {rows} rows from {path}"))
        });
    }
}

fn metric_names(description: &Value) -> Vec<String> {
    let defined = description["AlgorithmSpecification"]["MetricDefinitions"].as_array();
    let names = defined.into_iter().flatten();
    names
        .filter_map(|metric| metric["Name"].as_str().map(str::to_owned))
        .collect()
}

fn loss(line: &Line, epoch: u64) -> f64 {
    let noise = line.random.named("loss").unit() * 0.04;
    0.12 + 1.3 / (1.0 + epoch as f64) + noise
}

fn step(line: &Line, epoch: u64, batch: u64) -> String {
    let loss = loss(line, epoch);
    if line.random.number().is_multiple_of(BATCHES_PER_WARNING) {
        let time = line.python_time();
        return format!(
            "{time} \u{1b}[33mWARNING\u{1b}[0m train: gradient norm is large, clipped to 1.0"
        );
    }
    info(
        line,
        &format!("Epoch {epoch} batch {batch}/{BATCHES} loss={loss:.4}"),
    )
}

/// One event that holds every state of the bar, as containers write them.
fn progress_bar(epoch: u64) -> String {
    let states = [0, 6, 12, 18, BATCHES].map(|done| {
        let filled = "#".repeat((done * 10 / BATCHES) as usize);
        let percent = done * 100 / BATCHES;
        format!("Epoch {epoch}: {percent:>3}%|{filled:<10}| {done}/{BATCHES}")
    });
    states.join("\r")
}

fn summary(line: &Line, epoch: u64, metrics: &[String]) -> String {
    let mut text = format!("Epoch {epoch} ended: train:loss={:.4}", loss(line, epoch));
    for (number, name) in metrics.iter().enumerate() {
        let share = 1.0 - 0.4 / (1.0 + epoch as f64);
        let value = share - line.random.with(number as u64).unit() * 0.02;
        text.push_str(&format!("; {name}={value:.4}"));
    }
    info(line, &text)
}

fn end(log: &mut LogWriter, description: &Value, end: &ContainerEnd) {
    match end {
        ContainerEnd::Running => {}
        ContainerEnd::Success => {
            for metric in description["FinalMetricDataList"]
                .as_array()
                .into_iter()
                .flatten()
            {
                let (name, value) = (
                    metric["MetricName"].as_str().unwrap_or_default(),
                    &metric["Value"],
                );
                log.last(|line| info(line, &format!("Final {name}={value}")));
            }
            log.last(|line| info(line, "Model saved to /opt/ml/model"));
            log.last(|line| info(line, "Training ended"));
        }
        ContainerEnd::Stopped => {
            log.last(|line| info(line, "Received SIGTERM, saving a checkpoint"))
        }
        ContainerEnd::Failure(reason) => failure(log, "/opt/ml/code/train.py", reason),
    }
}

/// What a container writes that fails for this reason: a traceback of the exception it names, or that it was killed.
pub(super) fn failure(log: &mut LogWriter, script: &str, reason: &str) {
    if reason.contains("137") {
        log.last(|_| "Killed".to_owned());
        return;
    }
    if let Some(exception) = exception(reason) {
        let frames = [
            "Traceback (most recent call last):".to_owned(),
            format!("  File \"{script}\", line 118, in <module>"),
            "    main()".to_owned(),
            format!("  File \"{script}\", line 96, in main"),
            "    run(load(arguments))".to_owned(),
            exception.to_owned(),
        ];
        for frame in frames {
            log.last(|_| frame);
        }
    }
    let reason = reason.lines().next().unwrap_or_default().to_owned();
    log.last(|line| format!("{} ERROR    container: {reason}", line.python_time()));
}

/// The exception in a reason: `ErrorMessage "ValueError: …"`.
fn exception(reason: &str) -> Option<&str> {
    let (_, message) = reason.split_once("ErrorMessage \"")?;
    let message = message
        .split_once("\"\n")
        .map_or(message, |(message, _)| message);
    Some(message.trim_end_matches('"'))
}

pub(super) fn info(line: &Line, text: &str) -> String {
    format!("{} INFO     {text}", line.python_time())
}
