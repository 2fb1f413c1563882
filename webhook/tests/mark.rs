//! The mark that `policyctl-webhook check` asks for.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "a test fails by panicking")]

#[path = "support/mod.rs"]
mod support;

use policyctl_policies::policy::Policy;
use policyctl_webhook::admission::Endpoint;
use policyctl_webhook::check::probe::{ANNOTATION, MARK};
use serde_json::{Value, json};
use support::{admission, ask, keyed, pod, review};

fn asking(namespace: &str, dry_run: bool, annotated: bool) -> Value {
    let mut object = pod("plain", keyed());
    if annotated {
        object["metadata"]["annotations"] = json!({ANNOTATION: "answer"});
    }
    let mut review = review(namespace, &object);
    review["request"]["dryRun"] = json!(dry_run);
    review
}

async fn first_warning(review: &Value) -> String {
    let response = ask(&admission(Policy::default()), Endpoint::Validate, review).await;
    response["warnings"][0].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_pod_that_asks_on_a_dry_run_is_answered_with_a_mark_denied_or_not() {
    for (namespace, mode) in [("payments", "enforce"), ("lenient", "warn")] {
        let warning = first_warning(&asking(namespace, true, true)).await;
        assert!(warning.starts_with(&format!("{MARK}: mode {mode}, policy ")), "{warning}");
    }
}

#[tokio::test]
async fn nothing_is_marked_unless_asked_for_and_never_on_a_pod_that_is_stored() {
    for (dry_run, annotated) in [(false, true), (true, false)] {
        let warning = first_warning(&asking("lenient", dry_run, annotated)).await;
        assert!(!warning.starts_with(MARK), "{warning}");
    }
}
