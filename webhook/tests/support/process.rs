//! The program as a process, as an operator starts and ends it.
#![allow(dead_code, reason = "each test uses some of it")]

use std::io::{BufRead as _, BufReader, copy, sink};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use serde_json::Value;

/// A running program. Ends with its owner.
pub(crate) struct Process {
    child: Child,
    log: Option<BufReader<ChildStdout>>,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// Starts it with arguments, and nothing in its environment but AWS credentials that nobody issued.
    pub(crate) fn start<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Self {
        Self::start_with(arguments, &[])
    }

    /// As [`Self::start`], with these variables beside them.
    pub(crate) fn start_with<'a>(
        arguments: impl IntoIterator<Item = &'a str>,
        variables: &[(&str, &str)],
    ) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_policyctl-webhook"));
        command.args(arguments).env_clear().stdout(Stdio::piped());
        for (name, value) in [
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("HOME", "/nonexistent"),
        ] {
            command.env(name, value);
        }
        command.envs(variables.iter().copied());
        let mut child = command.spawn().unwrap();
        let log = child.stdout.take().map(BufReader::new);
        Self { child, log }
    }

    /// The next line of its log.
    pub(crate) fn line(&mut self) -> Value {
        let mut line = String::new();
        self.log.as_mut().unwrap().read_line(&mut line).unwrap();
        serde_json::from_str(&line).expect("a line of the log is JSON")
    }

    /// Reads and forgets the rest of its log: a program whose log nobody reads stops.
    pub(crate) fn ignore_log(&mut self) {
        let mut log = self.log.take().unwrap();
        std::thread::spawn(move || copy(&mut log, &mut sink()));
    }

    /// Tells it to end.
    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Waits for its end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}
