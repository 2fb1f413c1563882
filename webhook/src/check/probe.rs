//! The pod that is asked for, and what an answer to it means.

use anyhow::{Context, Result};
use axum::http::{HeaderMap, Request};
use http_body_util::BodyExt;
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

/// The annotation that asks the webhook to mark its answer, on a dry run.
pub const ANNOTATION: &str = "policyctl.dev/check";

/// How the marked warning begins.
pub const MARK: &str = "policyctl answered";

/// What became of the question.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The webhook answered, in these words.
    Marked(String),
    /// The API server called it, in vain.
    Failed(String),
    /// The pod passed, and nobody has looked at it.
    Unmarked,
    /// The pod was refused before it could be examined.
    Refused(String),
}

/// Asks for the pod, on a dry run.
pub(super) async fn ask(client: &Client, namespace: &str) -> Result<Answer> {
    let request = Request::post(format!("/api/v1/namespaces/{namespace}/pods?dryRun=All"))
        .header("content-type", "application/json")
        .header("accept", "application/json")
        .body(Body::from(serde_json::to_vec(&pod())?))?;
    let response = client.send(request).await.context("the API server cannot be reached")?;
    let (code, warnings) = (response.status().as_u16(), warnings(response.headers()));
    let body = response.into_body().collect().await?.to_bytes();
    let message = serde_json::from_slice::<Value>(&body).unwrap_or_default()["message"].take();
    Ok(meaning(code, &warnings, message.as_str().unwrap_or_default()))
}

/// A pod that any namespace takes, were it not for the key: the one of AWS's documentation.
///
/// Sources: Kubernetes documentation, "Pod Security Standards", restricted; AWS IAM User Guide, "Access keys".
fn pod() -> Value {
    let quantity = json!({"cpu": "1m", "memory": "8Mi"});
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"generateName": "policyctl-check-", "annotations": {ANNOTATION: "answer"}},
        "spec": {
            "automountServiceAccountToken": false,
            "securityContext": {"runAsNonRoot": true, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{
                "name": "check", "image": "registry.k8s.io/pause:3.10",
                "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
                "resources": {"requests": quantity, "limits": quantity},
                "env": [
                    {"name": "AWS_ACCESS_KEY_ID", "value": "AKIAIOSFODNN7EXAMPLE"},
                    {"name": "AWS_SECRET_ACCESS_KEY", "value": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
                ],
            }],
        },
    })
}

fn meaning(code: u16, warnings: &[String], message: &str) -> Answer {
    if let Some(mark) = warnings.iter().find(|warning| warning.starts_with(MARK)) {
        return Answer::Marked(mark.clone());
    }
    match code {
        200..300 => Answer::Unmarked,
        500.. if message.contains("failed calling webhook") => Answer::Failed(message.to_owned()),
        _ => Answer::Refused(format!("the pod was refused with code {code}: {message}")),
    }
}

/// The texts of `Warning: 299 - "text"` headers. Source: RFC 9111, section 5.5.
fn warnings(headers: &HeaderMap) -> Vec<String> {
    let values =
        headers.get_all("warning").iter().filter_map(|value| std::str::from_utf8(value.as_bytes()).ok());
    let quoted = values.filter_map(|value| value.split_once('"')?.1.rsplit_once('"').map(|(text, _)| text));
    quoted.map(|text| text.replace("\\\"", "\"").replace("\\\\", "\\")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_warning_is_an_answer_whatever_became_of_the_pod() {
        let warnings = vec!["unrelated".to_owned(), "policyctl answered: mode warn".to_owned()];
        for code in [201, 403, 500] {
            assert_eq!(
                meaning(code, &warnings, ""),
                Answer::Marked("policyctl answered: mode warn".to_owned())
            );
        }
    }

    #[test]
    fn a_pod_that_passes_without_a_mark_was_not_examined() {
        assert_eq!(meaning(201, &["static-access-key: a key".to_owned()], ""), Answer::Unmarked);
    }

    #[test]
    fn a_call_in_vain_and_a_refusal_by_others_are_told_apart() {
        let failed = r#"Internal error occurred: failed calling webhook "enforce.policyctl.dev": refused"#;
        assert_eq!(meaning(500, &[], failed), Answer::Failed(failed.to_owned()));
        let Answer::Refused(said) = meaning(403, &[], "exceeded quota") else { panic!("not refused") };
        assert!(said.contains("403") && said.contains("exceeded quota"));
    }

    #[test]
    fn warnings_are_read_out_of_their_headers() {
        let mut headers = HeaderMap::new();
        headers.append("warning", r#"299 - "a \"quoted\" word""#.parse().unwrap());
        headers.append("warning", r#"299 - "another""#.parse().unwrap());
        assert_eq!(warnings(&headers), [r#"a "quoted" word"#, "another"]);
    }
}
