//! `policyctl-webhook gateway`, as a process: settings from a file and from flags, health, refusals, and its end.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

struct Running {
    child: Child,
    log: BufReader<ChildStdout>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(arguments: &[&str]) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_policyctl-webhook"));
    command.arg("gateway").args(arguments).env_clear().stdout(Stdio::piped());
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("HOME", "/nonexistent"),
    ] {
        command.env(name, value);
    }
    let mut child = command.spawn().unwrap();
    let log = BufReader::new(child.stdout.take().unwrap());
    Running { child, log }
}

impl Running {
    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.log.read_line(&mut line).unwrap();
        serde_json::from_str(&line).expect("a line of the log is JSON")
    }
}

fn sent(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_serves_what_its_file_and_flags_say_until_it_is_told_to_end() {
    let folder = std::env::temp_dir().join(format!("policyctl-gateway-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let config = folder.join("gateway.yaml");
    std::fs::write(
        &config,
        "listen: 127.0.0.1:0\nmetricsListen: 127.0.0.1:0\nregion: [eu-west-1]\nupstream: http://127.0.0.1:9\n",
    )
    .unwrap();
    let mut running = start(&["--config", config.to_str().unwrap(), "--region", "us-east-1,eu-west-2"]);
    let serving = running.line();
    assert_eq!(serving["message"], "serving", "{serving}");
    let address = serving["listen"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
    let body = r#"{"family":"a","containerDefinitions":[{"name":"a","image":"b","environment":[
        {"name":"AWS_ACCESS_KEY_ID","value":"AKIAIOSFODNN7EXAMPLE"},
        {"name":"AWS_SECRET_ACCESS_KEY","value":"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}]}]}"#;
    let head = format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\
         x-amz-target: AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition\r\n",
        body.len()
    );
    let signed = |region: &str| {
        let scope = format!("AWS4-HMAC-SHA256 Credential=testing/20261125/{region}/ecs/aws4_request");
        sent(&address, &format!("{head}authorization: {scope}\r\n\r\n{body}"))
    };
    assert!(signed("eu-west-1").contains("serves us-east-1, eu-west-2"), "flags win over the file");
    assert!(signed("eu-west-2").contains("[static-access-key]"));
    let health = serving["health"].as_str().unwrap();
    let ready = sent(health, "GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    assert!(ready.starts_with("HTTP/1.1 200") && ready.ends_with("ok\n"), "{ready}");
    let id = running.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(running.child.wait().unwrap().success());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn it_does_not_start_where_anyone_could_use_its_credentials() {
    let mut running = start(&["--listen", "0.0.0.0:0", "--region", "eu-west-1"]);
    let refused = running.line();
    assert!(refused["error"].as_str().unwrap().contains("--client-ca"), "{refused}");
    assert_eq!(running.child.wait().unwrap().code(), Some(1));
}
