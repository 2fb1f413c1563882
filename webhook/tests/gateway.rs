//! `policyctl-webhook gateway`, as a process: settings from a file and from flags, health, refusals, and its end.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/process.rs"]
mod process;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use process::Process;

fn start(arguments: &[&str]) -> Process {
    start_with(arguments, &[])
}

fn start_with(arguments: &[&str], variables: &[(&str, &str)]) -> Process {
    Process::start_with(["gateway"].into_iter().chain(arguments.iter().copied()), variables)
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
        "listen: 127.0.0.1:0\nmetricsListen: 127.0.0.1:0\nregion: [eu-west-1]\nshutdownDelay: 0\nupstream: http://127.0.0.1:9\n",
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
    let health = serving["metrics"].as_str().unwrap();
    let ready = sent(health, "GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    assert!(ready.starts_with("HTTP/1.1 200") && ready.ends_with("ok\n"), "{ready}");
    running.terminate();
    assert!(running.ended().success());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn it_does_not_start_where_anyone_could_use_its_credentials() {
    let mut running = start(&["--listen", "0.0.0.0:0", "--region", "eu-west-1"]);
    let refused = running.line();
    assert!(refused["error"].as_str().unwrap().contains("--client-ca"), "{refused}");
    assert_eq!(running.ended().code(), Some(1));
}

/// The head of the next request that arrives; it is answered with nothing.
fn arrived(upstream: &TcpListener) -> String {
    let mut lines = BufReader::new(upstream.accept().unwrap().0).lines();
    let head = lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty());
    head.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_partition_that_has_a_profile_is_signed_for_with_its_credentials() {
    let file = std::env::temp_dir().join(format!("policyctl-profiles-{}", std::process::id()));
    std::fs::write(&file, "[china]\naws_access_key_id = of-china\naws_secret_access_key = testing\n")
        .unwrap();
    let upstream = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", upstream.local_addr().unwrap());
    let served = ["--listen", "127.0.0.1:0", "--region", "eu-west-1,cn-north-1", "--upstream", &url];
    let arguments = [&served[..], &["--partition-profile", "aws-cn=china"]].concat();
    let mut running = start_with(&arguments, &[("AWS_SHARED_CREDENTIALS_FILE", file.to_str().unwrap())]);
    let address = running.line()["listen"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
    for (region, id) in [("cn-north-1", "of-china"), ("eu-west-1", "testing")] {
        let request = format!(
            "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 2\r\n\
             x-amz-target: AmazonEC2ContainerServiceV20141113.ListClusters\r\n\
             authorization: AWS4-HMAC-SHA256 Credential=caller/20261125/{region}/ecs/aws4_request\r\n\r\n{{}}"
        );
        let caller = std::thread::spawn({
            let address = address.clone();
            move || sent(&address, &request)
        });
        let head = arrived(&upstream);
        assert!(head.contains(&format!("Credential={id}/")) && head.contains(region), "{head}");
        assert!(caller.join().unwrap().contains("ServerException"));
    }
    std::fs::remove_file(file).unwrap();
}
