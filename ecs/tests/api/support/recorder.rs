//! An upstream that records every request, and can be told how to fail.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// How it answers.
#[derive(Debug, Clone, Default)]
pub(crate) enum Behaviour {
    /// As the API does.
    #[default]
    Well,
    /// With this status and body.
    With(u16, &'static str),
    /// As this makes of all requests so far: status and body.
    By(fn(&[Recorded]) -> (u16, Value)),
    /// Never.
    Hangs,
    /// It closes the connection.
    Cuts,
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Recorded {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The operation's name.
    pub(crate) fn operation(&self) -> &str {
        self.header("x-amz-target").rsplit('.').next().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

#[derive(Default)]
struct State {
    behaviour: Behaviour,
    requests: Vec<Recorded>,
}

#[derive(Clone)]
pub(crate) struct Recorder {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Recorder {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let recorder = Self { address: listener.local_addr().unwrap(), state: Arc::default() };
        let serving = recorder.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let recorder = serving.clone();
                let service = service_fn(move |request| recorder.clone().answer(request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        recorder
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn behave(&self, behaviour: Behaviour) {
        self.state.lock().unwrap().behaviour = behaviour;
    }

    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.state.lock().unwrap().requests.clone()
    }

    /// The one request that arrived.
    pub(crate) fn only(&self) -> Recorded {
        let requests = self.requests();
        assert_eq!(requests.len(), 1);
        requests[0].clone()
    }

    async fn answer(self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, io::Error> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let recorded = Recorded { headers: head.headers, body };
        let (behaviour, requests) = {
            let mut state = self.state.lock().unwrap();
            state.requests.push(recorded.clone());
            (state.behaviour.clone(), state.requests.clone())
        };
        let (status, body) = match behaviour {
            Behaviour::Well => (200, registered(&recorded).to_string()),
            Behaviour::With(status, body) => (status, body.to_owned()),
            Behaviour::By(answer) => {
                let (status, body) = answer(&requests);
                (status, body.to_string())
            }
            Behaviour::Hangs => std::future::pending::<Result<_, Infallible>>().await.unwrap(),
            Behaviour::Cuts => return Err(io::Error::other("cut")),
        };
        let response =
            Response::builder().status(status).header("content-type", "application/x-amz-json-1.1");
        Ok(response.header("x-amzn-requestid", "recorded-1").body(Full::from(body)).unwrap())
    }
}

fn registered(recorded: &Recorded) -> Value {
    let mut definition = recorded.json();
    let family = definition["family"].as_str().unwrap_or_default().to_owned();
    definition["taskDefinitionArn"] =
        json!(format!("arn:aws:ecs:eu-west-1:111122223333:task-definition/{family}:1"));
    definition["revision"] = json!(1);
    json!({"taskDefinition": definition})
}
