//! An ECS API that answers as a test says, remembers, and a program in front of it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// The status and the body, for an operation and its request.
pub(crate) type Answer = fn(&str, &Value) -> (u16, Value);

pub(crate) struct Api {
    address: SocketAddr,
    bodies: Arc<Mutex<Vec<Value>>>,
}

impl Api {
    pub(crate) fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, bodies) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<Value>>>::default());
        let recorded = Arc::clone(&bodies);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                recorded.lock().unwrap().push(serve(stream, answer));
            }
        });
        Self { address, bodies }
    }

    /// What arrived.
    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.bodies.lock().unwrap().clone()
    }

    /// Runs `policyctl ecs` before this API, and where IAM is not.
    pub(crate) fn ecs(&self, folder: &Path, arguments: &[&str]) -> Told {
        let mut command = Command::new(env!("CARGO_BIN_EXE_policyctl"));
        command.arg("ecs").args(arguments);
        command.args(["--endpoint-url", &format!("http://{}", self.address), "--region", "eu-west-1"]);
        command.current_dir(folder).env_clear().env("HOME", "/nonexistent");
        command.env("AWS_ACCESS_KEY_ID", "testing").env("AWS_SECRET_ACCESS_KEY", "testing");
        command.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_ENDPOINT_URL_IAM", "http://127.0.0.1:9");
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Told { status: status.code().unwrap(), out: text(stdout), err: text(stderr) }
    }
}

/// How a run ended.
pub(crate) struct Told {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

fn serve(mut stream: TcpStream, answer: Answer) -> Value {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    let (operation, body) = loop {
        let read = stream.read(&mut chunk).unwrap();
        bytes.extend_from_slice(&chunk[..read]);
        if let Some(request) = whole(&bytes) {
            break request;
        }
    };
    let (status, answer) = answer(&operation, &body);
    let answer = answer.to_string();
    let length = answer.len();
    let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/x-amz-json-1.1\r\n");
    let rest =
        format!("x-amzn-requestid: r-1\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{answer}");
    stream.write_all((head + &rest).as_bytes()).unwrap();
    body
}

/// The operation and the body, once all of it is there.
fn whole(bytes: &[u8]) -> Option<(String, Value)> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let header = |name: &str| {
        head.lines()
            .find_map(|line| Some(line.split_once(':')?).filter(|(key, _)| key.eq_ignore_ascii_case(name)))
    };
    let length: usize = header("content-length")?.1.trim().parse().ok()?;
    let operation = header("x-amz-target")?.1.rsplit('.').next()?.to_owned();
    (body.len() >= length).then(|| (operation, serde_json::from_str(body).unwrap()))
}
