//! A gateway never asks itself.

use std::net::TcpListener;

use policyctl_ecs::gateway::Error;
use policyctl_ecs::gateway::settings::Settings;
use policyctl_policies::policy::Policy;

use crate::support::{Behaviour, Stage, anywhere, gateway};

/// A port that was free a moment ago.
fn free() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn an_upstream_that_is_the_gateway_itself_is_refused_at_the_start() {
    for host in ["127.0.0.1", "localhost", "LOCALHOST"] {
        let port = free();
        let listen = format!("127.0.0.1:{port}").parse().unwrap();
        let settings = Settings { listen, upstream: Some(format!("http://{host}:{port}")), ..anywhere() };
        let refused = gateway(settings, Policy::default()).await.unwrap().listen().await.err();
        assert!(matches!(refused, Some(Error::Loop(_))), "{host}");
    }
}

#[tokio::test]
async fn a_request_that_comes_back_on_a_longer_way_is_refused_once() {
    let stage = Stage::new(Policy::default()).await;
    // What the gateway sends on comes to it again, by way of its upstream.
    stage.recorder.behave(Behaviour::Before(stage.address));
    let answered = stage.call("ListClusters", "{}").await;
    assert_eq!((answered.status.as_u16(), answered.kind().as_str()), (400, "ClientException"));
    assert!(answered.message().contains("leads back"), "{}", answered.message());
    assert_eq!(stage.recorder.requests().len(), 1);
}

#[tokio::test]
async fn a_gateway_behind_another_is_no_loop() {
    let inner = Stage::new(Policy::default()).await;
    let upstream = Some(format!("http://{}", inner.address));
    let outer = Stage::before_nothing(Settings { upstream, ..anywhere() }).await;
    assert_eq!(outer.call("ListClusters", "{}").await.status, 200);
    let via = inner.recorder.only().headers.get_all("via").iter().count();
    assert_eq!(via, 2);
}
