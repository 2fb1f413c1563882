//! What pods talk to: STS, the EKS Pod Identity agent, and a name server.
//!
//! STS and the agent give credentials by what they are shown.

mod names;

use std::net::SocketAddr;

use anyhow::Result;
use axum::Json;
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use self::names::Names;
use super::machine::network::{AGENT, NODE};

/// The key id of what STS gives for a token.
pub(crate) const FROM_STS: &str = "ASIASTSGAVETHISKEYID";

/// The key id of what the agent gives for a token.
pub(crate) const FROM_AGENT: &str = "ASIAAGENTGAVETHISKEY";

/// All of them, listening. They end when dropped.
pub(crate) struct Standins {
    /// The name server.
    pub(crate) names: Names,
    others: [JoinHandle<()>; 2],
}

/// Where STS listens.
const STS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(NODE), 8400);

impl Standins {
    /// Listens where pods look for them.
    pub(crate) async fn start() -> Result<Self> {
        let sts = Router::new().route("/", post(sts));
        let agent = Router::new().route("/v1/credentials", get(agent));
        let others = [listen(STS, sts).await?, listen(SocketAddr::from((AGENT, 80)), agent).await?];
        Ok(Self { names: Names::start().await?, others })
    }
}

impl Drop for Standins {
    fn drop(&mut self) {
        for listening in &self.others {
            listening.abort();
        }
    }
}

/// The variable that leads an SDK to the stand-in for STS.
pub(crate) fn sts_endpoint() -> serde_json::Value {
    json!({"name": "AWS_ENDPOINT_URL_STS", "value": format!("http://{STS}")})
}

async fn listen(address: SocketAddr, router: Router) -> Result<JoinHandle<()>> {
    let listener = TcpListener::bind(address).await?;
    Ok(tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = hyper_util::service::TowerToHyperService::new(router.clone());
            let io = hyper_util::rt::TokioIo::new(stream);
            tokio::spawn(async move {
                let executor = hyper_util::rt::TokioExecutor::new();
                let server = hyper_util::server::conn::auto::Builder::new(executor);
                // A caller that goes away is no concern of a stand-in.
                let _ = server.serve_connection(io, service).await;
            });
        }
    }))
}

/// Source: AWS STS API Reference, AssumeRoleWithWebIdentity.
async fn sts(body: String) -> Response {
    let asked = body.contains("Action=AssumeRoleWithWebIdentity") && body.contains("role%2Fcheckout");
    if !asked || !carries_token(&body) {
        return StatusCode::FORBIDDEN.into_response();
    }
    format!(
        "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>{FROM_STS}</AccessKeyId>\
         <SecretAccessKey>stand-in</SecretAccessKey><SessionToken>stand-in</SessionToken>\
         <Expiration>2999-12-31T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>\
         </AssumeRoleWithWebIdentityResponse>"
    )
    .into_response()
}

/// Source: EKS User Guide, "EKS Pod Identity Agent"; the container credentials provider of the SDKs.
async fn agent(headers: HeaderMap) -> Response {
    let token = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !carries_token(token) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let credentials = json!({
        "AccessKeyId": FROM_AGENT, "SecretAccessKey": "stand-in", "Token": "stand-in",
        "Expiration": "2999-12-31T00:00:00Z",
    });
    Json(credentials).into_response()
}

/// A signed token of a service account starts with an object in base64url and has three parts.
fn carries_token(text: &str) -> bool {
    text.split_once("eyJ").is_some_and(|(_, token)| token.split('.').count() >= 3)
}
