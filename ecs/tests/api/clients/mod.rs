//! Real clients in front of the gateway, which stands before a recorder, which stands before moto's server.
//!
//! `cargo xtask ecs` installs the clients, starts moto's server and runs these. `POLICYCTL_ECS_CLIENTS` is the
//! folder of the clients, `POLICYCTL_ECS_MOTO` the server's address. The server drops members that it does not
//! know and answers some operations with 500, so that what arrived is asked of the recorder.

mod client;
mod rust;

use std::net::SocketAddr;

use policyctl_policies::policy::{Door, Policy};
use serde_json::{Value, json};

use self::client::{Call, Client, ISSUED, Told};
use crate::support::relay::Relay;
use crate::support::{
    Behaviour, ROLE, SECRET, Stage, definition, impatient, keyed, needy, policy, role, surroundings,
};

/// A gateway whose callers are counted, before a recorder.
struct Scene {
    stage: Stage,
    relay: Relay,
}

impl Scene {
    async fn of(stage: Stage) -> Self {
        let relay = Relay::before(stage.address).await;
        Self { stage, relay }
    }

    /// Before moto's server.
    async fn new(policy: Policy) -> Self {
        let scene = Self::of(Stage::new(policy).await).await;
        scene.stage.recorder.behave(Behaviour::Before(moto()));
        scene.stage.recorder.describe(Behaviour::Before(moto()));
        scene
    }

    async fn call(&self, client: Client, operation: &str, input: &Value) -> Told {
        self.attempt(client, operation, input, None).await
    }

    /// What arrived is what the client sent, and that is its input, but for what the client itself adds.
    fn assert_untouched(&self, input: &Value, client: Client) {
        let arrived = self.stage.recorder.only();
        assert!(arrived.body == self.relay.only(), "{client:?}");
        let mut arrived = arrived.json();
        arrived["containerDefinitions"][0].as_object_mut().unwrap().remove("cpu");
        assert!(arrived == *input, "{client:?}");
    }

    async fn attempt(&self, client: Client, operation: &str, input: &Value, attempts: Option<u32>) -> Told {
        client.call(&Call { address: self.relay.address, operation, input, attempts }).await
    }
}

fn moto() -> SocketAddr {
    std::env::var("POLICYCTL_ECS_MOTO").unwrap().parse().unwrap()
}

/// What every client and the server take: clients refuse members that they do not know, the server wants memory.
fn known(mut definition: Value) -> Value {
    definition.as_object_mut().unwrap().remove("futureField");
    definition["containerDefinitions"][0]["memory"] = json!(128);
    definition
}

fn clean() -> Value {
    known(definition(&json!([{"name": "PORT", "value": "80"}])))
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn a_clean_definition_arrives_as_it_was_sent_and_is_registered() {
    for client in Client::all() {
        let scene = Scene::new(Policy::default()).await;
        let told = scene.call(client, "RegisterTaskDefinition", &clean()).await;
        let arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/checkout:";
        assert!(told.success && told.text.contains(arn), "{client:?}: {}", told.text);
        scene.assert_untouched(&clean(), client);
    }
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn members_that_nobody_knows_arrive() {
    // By `register`: the other clients refuse them, or leave them out by themselves.
    let mut future = clean();
    future["futureField"] = json!({"Deep": [1, 2.5, null, "x"]});
    let scene = Scene::new(Policy::default()).await;
    let gateway = surroundings().into_builder().endpoint_url(format!("http://{}", scene.relay.address));
    let gateway = gateway.behavior_version(aws_config::BehaviorVersion::latest()).build();
    policyctl_ecs::register::register(&gateway, future.to_string()).await.unwrap();
    scene.assert_untouched(&future, Client::Rust);
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn a_refused_definition_shows_our_words_once_and_nothing_secret() {
    for client in Client::all() {
        let scene = Scene::new(Policy::default()).await;
        let told = scene.call(client, "RegisterTaskDefinition", &known(keyed())).await;
        let said = ["AccessDeniedException", "policyctl: ", "[static-access-key]"];
        assert!(
            !told.success && said.iter().all(|said| told.text.contains(said)),
            "{client:?}: {}",
            told.text
        );
        assert!(!told.text.contains(SECRET), "{client:?}: {}", told.text);
        assert_eq!((scene.relay.requests(), scene.stage.recorder.requests().len()), (1, 0), "{client:?}");
    }
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn a_key_in_an_override_is_refused_and_nothing_runs() {
    let input = json!({"taskDefinition": "checkout", "overrides": {"containerOverrides": [
        {"name": "api", "environment": keyed()["containerDefinitions"][0]["environment"]}]}});
    for client in Client::all() {
        let scene = Scene::new(Policy::default()).await;
        let told = scene.call(client, "RunTask", &input).await;
        assert!(!told.success && told.text.contains("policyctl: "), "{client:?}: {}", told.text);
        assert_eq!((scene.relay.requests(), scene.stage.recorder.requests().len()), (1, 0), "{client:?}");
    }
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn a_missing_role_arrives_where_the_policy_names_the_gateway() {
    let mut policy = policy(vec![role(ROLE, false)]);
    policy.patch.identity.push(Door::Gateway);
    for client in Client::all() {
        let scene = Scene::new(policy.clone()).await;
        let told = scene.call(client, "RegisterTaskDefinition", &known(needy())).await;
        assert!(told.success && told.text.contains(ROLE), "{client:?}: {}", told.text);
        assert_eq!(scene.stage.recorder.only().json()["taskRoleArn"], ROLE, "{client:?}");
    }
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn definitions_of_64_kib_and_more_arrive_whole() {
    for length in [64 << 10, 100 << 10] {
        let large = known(definition(&json!([{"name": "NOTE", "value": "word ".repeat(length / 5)}])));
        for client in Client::all() {
            let scene = Scene::new(Policy::default()).await;
            let told = scene.call(client, "RegisterTaskDefinition", &large).await;
            assert!(told.success, "{client:?}: {:.300}", told.text);
            scene.assert_untouched(&large, client);
        }
    }
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn the_apis_own_failures_come_out_as_the_api_words_them() {
    for client in Client::all() {
        let scene = Scene::new(Policy::default()).await;
        for (status, kind, body) in [
            (500, "ServerException", r#"{"__type":"ServerException","message":"out of order"}"#),
            (400, "ThrottlingException", r#"{"__type":"ThrottlingException","message":"out of order"}"#),
            (
                403,
                "InvalidSignatureException",
                r#"{"__type":"InvalidSignatureException","message":"out of order"}"#,
            ),
        ] {
            scene.stage.recorder.behave(Behaviour::With(status, body));
            let told = scene.attempt(client, "RegisterTaskDefinition", &clean(), Some(1)).await;
            let said = [kind, "out of order"].iter().all(|said| told.text.contains(said));
            assert!(!told.success && said, "{client:?} {kind}: {}", told.text);
        }
    }
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn an_api_that_hangs_or_breaks_off_is_an_error_of_the_server() {
    for client in Client::all() {
        let scene = Scene::of(Stage::with(Policy::default(), impatient()).await).await;
        for behaviour in [Behaviour::Hangs, Behaviour::Cuts] {
            scene.stage.recorder.behave(behaviour);
            let told = scene.attempt(client, "RegisterTaskDefinition", &clean(), Some(1)).await;
            let said = ["ServerException", "policyctl: "].iter().all(|said| told.text.contains(said));
            assert!(!told.success && said, "{client:?}: {}", told.text);
        }
    }
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn a_description_is_registered_again_without_what_the_api_added() {
    let scene = Scene::new(Policy::default()).await;
    scene.call(Client::Cli1, "RegisterTaskDefinition", &clean()).await;
    let asked = json!({"taskDefinition": "checkout", "include": ["TAGS"]});
    for client in Client::all().into_iter().filter(|client| matches!(client, Client::Cli1 | Client::Cli2)) {
        let told = scene.call(client, "DescribeTaskDefinition", &asked).await;
        let body = policyctl_ecs::definition::body(
            "description",
            told.text.as_bytes(),
            policyctl_policies::document::Format::Json,
        );
        let body = body.unwrap();
        assert_eq!(body["containerDefinitions"][0]["image"], clean()["containerDefinitions"][0]["image"]);
        let told = scene.call(client, "RegisterTaskDefinition", &body).await;
        assert!(told.success, "{client:?}: {}", told.text);
        assert_eq!(scene.stage.recorder.requests().last().unwrap().json(), body, "{client:?}");
    }
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn a_key_that_was_issued_is_what_clients_sign_with() {
    for (secret, served) in [(ISSUED, true), ("another-secret-of-16", false)] {
        for client in Client::all() {
            let scene = Scene::of(Stage::called_by(&format!("testing {secret}")).await).await;
            let told = scene.call(client, "RegisterTaskDefinition", &clean()).await;
            assert_eq!(told.success, served, "{client:?}: {}", told.text);
            assert_eq!(scene.stage.recorder.requests().len(), usize::from(served), "{client:?}");
        }
    }
}
