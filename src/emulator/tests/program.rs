//! The program `sluicegate-emulator`: what it prints, answers and refuses.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// Killed when dropped, so that a failed test leaves nothing behind.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluicegate-emulator"));
    command
        .args(["--listen", "127.0.0.1:0", "--seed", "empty"])
        .args(options);
    command
}

/// Starts the program and waits for its first line; the address in it.
fn started(options: &[&str]) -> (Program, String) {
    let mut child = program(options)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe"))
        .read_line(&mut line)
        .expect("a line");
    let address = line
        .strip_prefix("SageMaker (local): http://")
        .and_then(|rest| rest.strip_suffix("/\n"))
        .expect("the line that scripts wait for");
    (Program(child), address.to_owned())
}

/// The answer to a request, head and body.
fn answer(address: &str, request: &str) -> String {
    let mut connection = TcpStream::connect(address).expect("it listens");
    connection.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an answer");
    answer
}

fn call(address: &str, operation: &str, body: &str) -> String {
    let length = body.len();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Amz-Target: SageMaker.{operation}\r\n\
         Authorization: AWS4-HMAC-SHA256 any\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    answer(address, &request)
}

#[test]
fn the_first_line_is_the_address_and_the_address_answers() {
    let (_program, address) = started(&[]);
    let request =
        "GET /_emulator/operations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = answer(&address, request);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("\"CreatePipeline\""), "{answer}");
}

#[test]
fn jobs_outside_of_a_pipeline_are_there_again_after_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    // At the pace of the service a job lasts longer than the test.
    let options = ["--speed", "1", "--state", state.to_str().expect("UTF-8")];
    let job = r#"{"TrainingJobName": "train"}"#;
    let create = r#"{"TrainingJobName": "train", "RoleArn": "arn:aws:iam::111122223333:role/any",
        "OutputDataConfig": {"S3OutputPath": "s3://models"}}"#;
    for (operation, body, status) in [
        ("CreateTrainingJob", create, "InProgress"),
        ("StopTrainingJob", job, "Stopping"),
    ] {
        let (program, address) = started(&options);
        let answer = call(&address, operation, body);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        drop(program);
        let (_program, address) = started(&options);
        let described = call(&address, "DescribeTrainingJob", job);
        let expected = format!("\"TrainingJobStatus\":\"{status}\"");
        assert!(described.contains(&expected), "{described}");
    }
}

#[test]
fn a_state_file_that_is_not_one_is_refused_with_exit_status_2() {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(b"something else\n").expect("written");
    let path = file.path().to_str().expect("UTF-8");
    let output = program(&["--state", path]).output().expect("it ran");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains(path), "{message}");
    let content = std::fs::read(file.path()).expect("still there");
    assert_eq!(content, b"something else\n");
}

#[test]
fn an_option_it_does_not_have_is_refused_with_exit_status_2() {
    let output = program(&["--speed", "0"]).output().expect("it ran");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("0.01 to 100000"), "{message}");
}
