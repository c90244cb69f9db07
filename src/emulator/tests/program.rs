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

#[test]
fn the_first_line_is_the_address_and_the_address_answers() {
    let mut child = program(&[])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe"))
        .read_line(&mut line)
        .expect("a line");
    let _program = Program(child);
    let address = line
        .strip_prefix("SageMaker (local): http://")
        .and_then(|rest| rest.strip_suffix("/\n"))
        .expect("the line that scripts wait for");

    let mut connection = TcpStream::connect(address).expect("it listens");
    let request =
        "GET /_emulator/operations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    connection.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("\"CreatePipeline\""), "{answer}");
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
