//! The log of a processing container: a script's, or Spark's.

use super::container::{ContainerEnd, ContainerRun};
use super::training::{failure, info};
use super::writer::{Line, LogWriter};
use serde_json::{Value, json};

/// Nominal seconds between two parts of the data.
const PART_SECONDS: f64 = 3.0;
/// Nominal seconds between two lines of Spark.
const SPARK_SECONDS: f64 = 1.0;

/// Writes the log of a container.
pub fn write(log: &mut LogWriter, description: &Value, container: &ContainerRun) {
    let specification = description["AppSpecification"].to_string();
    if specification.contains("spark") {
        write_spark(log, &container.end);
    } else {
        write_script(log, description, &container.end);
    }
}

fn write_script(log: &mut LogWriter, description: &Value, end: &ContainerEnd) {
    for input in description["ProcessingInputs"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let path = input["S3Input"]["LocalPath"]
            .as_str()
            .unwrap_or("/opt/ml/processing/input");
        log.line(0.5, |line| {
            let rows = line.random.between(10_000, 500_000);
            info(line, &format!("Read {rows} rows from {path}"))
        });
    }
    for part in 1.. {
        if !log.has_room(PART_SECONDS) {
            break;
        }
        log.line(PART_SECONDS, |line| script_line(line, part));
    }
    match end {
        ContainerEnd::Running => {}
        ContainerEnd::Success => log.last(|line| info(line, "Wrote all outputs")),
        ContainerEnd::Stopped => log.last(|line| info(line, "Received SIGTERM")),
        ContainerEnd::Failure(reason) => {
            failure(log, "/opt/ml/processing/input/code/processing.py", reason);
        }
    }
}

/// Every fifth line is JSON, as structured loggers write it.
fn script_line(line: &Line, part: u64) -> String {
    let rows = line.random.between(900, 9_000);
    match part % 5 {
        0 => json!({"level": "INFO", "message": "part processed", "part": part, "rows": rows})
            .to_string(),
        _ => info(line, &format!("Processed part {part}: {rows} rows")),
    }
}

fn write_spark(log: &mut LogWriter, end: &ContainerEnd) {
    log.line(0.3, |line| {
        spark(line, "INFO SparkContext: Running Spark version 3.5.1")
    });
    for task in 0.. {
        if !log.has_room(SPARK_SECONDS) {
            break;
        }
        let stage = task / 200;
        let number = task % 200;
        log.line(SPARK_SECONDS, |line| {
            let millis = line.random.between(40, 3_000);
            let text = format!(
                "INFO TaskSetManager: Finished task {number}.0 in stage {stage}.0 (TID {task}) in {millis} ms ({}/200)",
                number + 1
            );
            spark(line, &text)
        });
    }
    match end {
        ContainerEnd::Running => {}
        ContainerEnd::Success => {
            log.last(|line| spark(line, "INFO SparkContext: Successfully stopped SparkContext"))
        }
        ContainerEnd::Stopped => log.last(|line| {
            spark(
                line,
                "INFO SparkContext: Invoking stop() from shutdown hook",
            )
        }),
        ContainerEnd::Failure(reason) => {
            let reason = reason.lines().next().unwrap_or_default().to_owned();
            log.last(|line| {
                spark(
                    line,
                    &format!("ERROR ApplicationMaster: User application exited: {reason}"),
                )
            });
        }
    }
}

fn spark(line: &Line, text: &str) -> String {
    format!("{} {text}", line.time("%y/%m/%d %H:%M:%S"))
}
