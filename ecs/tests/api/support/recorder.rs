//! An upstream that records every request, and can be told how to fail.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Either, Full};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::Sleep;

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
    /// As the server at this address does.
    Before(SocketAddr),
    /// Never.
    Hangs,
    /// It closes the connection.
    Cuts,
    /// It closes the connection within its answer.
    Stumbles,
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
    /// How it answers who wants a definition described, where that is not as everyone else.
    describing: Option<Behaviour>,
    /// What it describes, by the name that is asked for.
    known: BTreeMap<String, Value>,
    asked: Vec<Recorded>,
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

    /// From now on it answers who wants a definition described like this: [`Behaviour::Well`] tells what it knows.
    pub(crate) fn describe(&self, behaviour: Behaviour) {
        self.state.lock().unwrap().describing = Some(behaviour);
    }

    /// Makes a definition known under a name.
    pub(crate) fn knows(&self, name: &str, definition: Value) {
        self.state.lock().unwrap().known.insert(name.to_owned(), definition);
    }

    /// Requests for descriptions.
    pub(crate) fn asked(&self) -> Vec<Recorded> {
        self.state.lock().unwrap().asked.clone()
    }

    /// All other requests.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.state.lock().unwrap().requests.clone()
    }

    /// The one request that arrived.
    pub(crate) fn only(&self) -> Recorded {
        let requests = self.requests();
        assert_eq!(requests.len(), 1);
        requests[0].clone()
    }

    async fn answer(
        self,
        request: Request<Incoming>,
    ) -> Result<Response<Either<Full<Bytes>, Stumbling>>, io::Error> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let recorded = Recorded { headers: head.headers, body };
        let (behaviour, well) = self.record(&recorded);
        let (status, body) = match behaviour {
            Behaviour::Well => well,
            Behaviour::With(status, body) => (status, body.to_owned()),
            Behaviour::By(answer) => {
                let (status, body) = answer(&self.requests());
                (status, body.to_string())
            }
            Behaviour::Before(server) => passed_on(server, &recorded).await,
            Behaviour::Hangs => std::future::pending::<Result<_, Infallible>>().await.unwrap(),
            Behaviour::Cuts => return Err(io::Error::other("cut")),
            Behaviour::Stumbles => {
                let response = Response::builder().header("content-length", "1000");
                return Ok(response.body(Either::Right(Stumbling::default())).unwrap());
            }
        };
        let response =
            Response::builder().status(status).header("content-type", "application/x-amz-json-1.1");
        Ok(response.header("x-amzn-requestid", "recorded-1").body(Either::Left(Full::from(body))).unwrap())
    }

    fn record(&self, recorded: &Recorded) -> (Behaviour, (u16, String)) {
        let mut state = self.state.lock().unwrap();
        let describes =
            ["DescribeTaskDefinition", "DescribeDaemonTaskDefinition"].contains(&recorded.operation());
        let Some(describing) = state.describing.clone().filter(|_| describes) else {
            state.requests.push(recorded.clone());
            let behaviour = state.behaviour.clone();
            let well = matches!(behaviour, Behaviour::Well).then(|| registered(recorded).to_string());
            return (behaviour, (200, well.unwrap_or_default()));
        };
        state.asked.push(recorded.clone());
        let body = recorded.json();
        let daemon = body.get("daemonTaskDefinition").is_some();
        let key = if daemon { "daemonTaskDefinition" } else { "taskDefinition" };
        let known = state.known.get(body[key].as_str().unwrap_or_default());
        let unknown = json!({"__type": "ClientException", "message": "Unable to describe task definition."});
        let well = known.map_or((400, unknown), |known| (200, json!({key: known, "tags": known["tags"]})));
        (describing, (well.0, well.1.to_string()))
    }
}

/// A body that breaks off once its first bytes are on their way.
#[derive(Default)]
pub(crate) struct Stumbling(Option<Pin<Box<Sleep>>>);

impl hyper::body::Body for Stumbling {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match &mut self.0 {
            Some(sleep) => sleep.as_mut().poll(context).map(|()| Some(Err(io::Error::other("cut")))),
            begun => {
                *begun = Some(Box::pin(tokio::time::sleep(Duration::from_millis(50))));
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"{\"taskDefinition\":")))))
            }
        }
    }
}

/// What a server answers to the same request.
async fn passed_on(server: SocketAddr, recorded: &Recorded) -> (u16, String) {
    let mut request = Request::post(format!("http://{server}/"));
    for name in ["authorization", "content-type", "via", "x-amz-date", "x-amz-target"] {
        request = request.header(name, recorded.header(name));
    }
    let client = Client::builder(TokioExecutor::new()).build_http();
    let request = request.body(Full::new(recorded.body.clone())).unwrap();
    let (head, body) = client.request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.status.as_u16(), String::from_utf8(body.into()).unwrap())
}

fn registered(recorded: &Recorded) -> Value {
    let mut definition = recorded.json();
    let family = definition["family"].as_str().unwrap_or_default().to_owned();
    definition["taskDefinitionArn"] =
        json!(format!("arn:aws:ecs:eu-west-1:111122223333:task-definition/{family}:1"));
    definition["revision"] = json!(1);
    json!({"taskDefinition": definition})
}
