//! What is secret stands in no answer, header, log or metric, wherever it stands in a request or in what one names.

use std::io;
use std::sync::{Arc, Mutex};

use policyctl_ecs::gateway::settings::Settings;
use policyctl_policies::policy::{Bundle, Policy};
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{OWN_ID, OWN_SECRET, Stage, anywhere, definition, impatient, keyed};

/// Definitions with a secret in a place of every kind.
fn places() -> Vec<Value> {
    let line = format!("AWS_ACCESS_KEY_ID={OWN_ID} AWS_SECRET_ACCESS_KEY={OWN_SECRET} run");
    [
        ("environment", json!([{"name": "AWS_SECRET_ACCESS_KEY", "value": OWN_SECRET}])),
        ("environment", json!([{"name": OWN_SECRET, "value": OWN_SECRET}])),
        ("command", json!(["sh", "-c", line])),
        ("dockerLabels", json!({OWN_SECRET: OWN_SECRET, "id": OWN_ID})),
        ("name", json!(OWN_SECRET)),
        ("image", json!(OWN_SECRET)),
        (OWN_SECRET, json!({"a": 1, "A": 2})),
        (
            "logConfiguration",
            json!({"logDriver": "awsfirelens", "options": {
            "Name": "s3", "aws_access_key_id": OWN_ID, "aws_secret_access_key": OWN_SECRET}}),
        ),
    ]
    .into_iter()
    .map(|(member, value)| {
        let mut definition = definition(&json!([{"name": "AWS_ACCESS_KEY_ID", "value": OWN_ID}]));
        definition["containerDefinitions"][0][member] = value;
        definition
    })
    .collect()
}

#[tokio::test]
async fn no_refusal_shows_a_secret() {
    let stage = Stage::new(Policy::bundled(Bundle::Strict)).await;
    let mut named_twice = keyed().to_string();
    named_twice.insert_str(1, &format!(r#""{OWN_SECRET}":1,"{OWN_SECRET}":2,"#));
    let bodies = places().into_iter().map(|place| place.to_string()).chain([named_twice]);
    let mut refusals = 0;
    for body in bodies {
        let before = stage.recorder.requests().len();
        let answered = stage.call("RegisterTaskDefinition", body).await;
        let text = String::from_utf8_lossy(&answered.body).into_owned();
        // An answer of the API's own is passed on whatever it holds.
        if stage.recorder.requests().len() == before {
            refusals += 1;
            assert!(!text.contains(OWN_SECRET) && !text.contains(OWN_ID), "{text}");
        }
    }
    assert!(refusals > 5, "{refusals}");
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Requests with a secret in a place of every kind, or that name a definition which has one.
fn requests() -> Vec<(&'static str, Value)> {
    let mut requests: Vec<_> = places().into_iter().map(|place| ("RegisterTaskDefinition", place)).collect();
    for (number, place) in places().into_iter().enumerate() {
        requests.push(("CreateService", json!({"taskDefinition": format!("secret:{number}")})));
        let overrides = json!({"containerOverrides": [place["containerDefinitions"][0]]});
        requests.push(("RunTask", json!({"taskDefinition": "clean:1", "overrides": overrides})));
    }
    requests.push(("RunTask", json!({"taskDefinition": OWN_SECRET})));
    requests.push(("UpdateService", json!({"taskDefinition": format!("{OWN_ID}:1")})));
    requests.push(("ListClusters", json!({"cluster": OWN_SECRET})));
    requests
}

#[tokio::test]
async fn no_header_log_or_metric_shows_a_secret() {
    let log = Log::default();
    let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(log.clone());
    let _guard = tracing::subscriber::set_default(lines.json().finish());
    for bundle in [Bundle::Advisory, Bundle::Baseline, Bundle::Strict] {
        let metrics_listen = Some("127.0.0.1:0".parse().unwrap());
        let settings = Settings { metrics_listen, bounds: impatient(), ..anywhere() };
        let stage = Stage::set(Policy::bundled(bundle), settings).await;
        // Tests beside this one log to nobody, which a place that they reach first may take for the rule.
        tracing::callsite::rebuild_interest_cache();
        stage.recorder.knows("clean:1", definition(&json!([])));
        for (number, place) in places().into_iter().enumerate() {
            stage.recorder.knows(&format!("secret:{number}"), place);
        }
        for (operation, request) in requests() {
            let answered = stage.call(operation, request.to_string()).await;
            let headers = format!("{:?}", answered.headers);
            assert!(!headers.contains(OWN_SECRET) && !headers.contains(OWN_ID), "{headers}");
        }
        let metrics = stage.told("/metrics").await.1;
        assert!(metrics.contains("policyctl_gateway_requests_total"));
        assert!(!metrics.contains(OWN_SECRET) && !metrics.contains(OWN_ID), "{metrics}");
    }
    let log = log.text();
    assert!(log.contains("would be refused today") && log.contains("answered"), "{log}");
    for line in log.lines() {
        assert!(!line.contains(OWN_SECRET) && !line.contains(OWN_ID), "{line}");
    }
}
